"""What stands at the root: for operators, and for those who build clients."""

# fmt: off
from __future__ import annotations

from typing import Final

from app.actions.admin.check_ready import NotReady
from app.http.controllers import documents, health
from app.http.guards import anyone, developer, scraper
from app.http.routing import document, get, group
from app.resources.health import LiveCard, ReadyCard, VersionCard

ROOT: Final = group("", limit="api")(
    get("/health/live", health.live, answer=LiveCard, guard=anyone),
    get("/health/ready", health.ready, answer=ReadyCard, guard=anyone, refuses=(NotReady,)),
    get("/version", health.version, answer=VersionCard, guard=anyone),
    document("/metrics", health.metrics, guard=scraper),
    document("/openapi.json", documents.openapi, guard=anyone),
    document("/docs", documents.page, guard=developer),
)

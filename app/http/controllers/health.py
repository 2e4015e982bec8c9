"""For those who watch over this node."""

from __future__ import annotations

from app.actions.admin.check_ready import check_ready
from app.http.document import Document
from app.http.state import Req, services
from app.resources.health import LiveCard, ReadyCard, VersionCard
from pkg.app import VERSION
from pkg.metrics import MEDIA


async def live(request: Req) -> LiveCard:
    return {"status": "ok"}


async def ready(request: Req) -> ReadyCard:
    checks = await check_ready(services(request))
    # Not a failure: a balancer that took the node out would answer in its place, with no
    # Retry-After and nothing for who holds the secret.
    closed = services(request).doors.closed is not None
    return {"status": "maintenance" if closed else "ok", "checks": checks}


async def version(request: Req) -> VersionCard:
    return {"name": services(request).settings.app.name, "version": VERSION}


async def metrics(request: Req) -> Document:
    """The figures of this node, as Prometheus reads them."""
    return Document.of(await services(request).metrics.text(), MEDIA)

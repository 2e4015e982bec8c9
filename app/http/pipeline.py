"""The order of the stages, in one list: from the wire inwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from starlette.middleware import Middleware
from starlette.types import ASGIApp

from app.http.cookies import CookieNames
from app.http.middleware.access_log import AccessLog
from app.http.middleware.body_size import BodySize
from app.http.middleware.client_ip import ClientIp
from app.http.middleware.cors import Cors
from app.http.middleware.csrf import Csrf
from app.http.middleware.host import HostCheck
from app.http.middleware.locale import Locale
from app.http.middleware.maintenance import Maintenance
from app.http.middleware.recovery import Recovery
from app.http.middleware.request_id import RequestId
from app.http.middleware.security_headers import SecurityHeaders
from app.http.middleware.session import Session
from app.http.middleware.shedding import Shedding
from app.http.middleware.timeout import Timeout
from app.http.routing import Row
from app.http.traffic import Traffic
from pkg.app import AppConfig

# A handshake has no body and no method but GET, its origin is the endpoint's to judge, and its time
# and number are the hub's to bound. Refused, it gets the security headers with its problem.
FOR_REQUESTS: Final[tuple[object, ...]] = (BodySize, Timeout, Shedding, Cors, SecurityHeaders, Csrf)


def pipeline(config: AppConfig, rows: Iterable[Row], traffic: Traffic) -> Sequence[Middleware]:
    """Answers what every request passes before its row, counted in *traffic*.

    The row goes on with guard, limit, form, controller: see `app.http.endpoint`.
    """
    uploads = {row.path: row.upload.max_bytes for row in rows if row.upload is not None}
    return (
        Middleware(RequestId),
        Middleware(ClientIp, trusted=config.trusted_proxies),
        Middleware(Locale),
        Middleware(AccessLog, traffic=traffic),
        Middleware(Recovery),
        Middleware(HostCheck, config=config),
        Middleware(Maintenance, config=config),
        Middleware(BodySize, max_bytes=config.max_body_bytes, uploads=uploads),
        Middleware(Timeout, seconds=config.request_timeout),
        Middleware(Shedding, most=config.max_requests),
        Middleware(Cors, origins=config.cors_origins),
        Middleware(SecurityHeaders, deployed=config.is_deployed),
        Middleware(Session, names=CookieNames.of(config)),
        Middleware(Csrf),
    )


def for_handshakes(stages: Iterable[Middleware]) -> Sequence[Middleware]:
    """Answers those of *stages* that handshakes of sockets pass, too."""
    return [stage for stage in stages if stage.cls not in FOR_REQUESTS]


def through(stages: Sequence[Middleware], app: ASGIApp) -> ASGIApp:
    """Puts *stages* before *app*, the first outermost."""
    for stage, words, keywords in reversed(stages):
        app = stage(app, *words, **keywords)
    return app

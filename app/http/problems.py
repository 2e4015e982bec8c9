"""A refusal on the wire: RFC 9457 in the caller's language, and the one shape there is."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping
from typing import Final

import orjson
from starlette.types import Scope, Send

from app.http.errors import status
from app.http.heads import RawHeaders, heads
from app.http.security import CSP, safe
from app.http.state import services_of
from pkg.errors import Error
from pkg.validation import FieldFault, Invalid

Say = Callable[[str, Mapping[str, str | float]], str]
TYPE: Final = "urn:parley:problem:"
VARY: Final = (b"vary", b"Accept-Language")
NO_STORE: Final = (b"cache-control", b"no-store")


async def refuse(scope: Scope, send: Send, exc: Error, headers: RawHeaders | None = None) -> None:
    """Answers *exc* as a problem; a handshake gets it in place of being accepted."""
    scope["outcome"] = exc.code
    code = status(type(exc))
    said = [VARY, NO_STORE, *(headers or ())]
    if exc.retry_after is not None:
        said.append((b"retry-after", b"%d" % max(1, math.ceil(exc.retry_after))))
    if code == 401:
        said.append((b"www-authenticate", b"Bearer"))  # RFC 9110 15.5.2
    if scope["type"] == "http":
        await _tell(scope, send, "http.response", code, said, _problem(scope, exc))
    elif "websocket.http.response" in scope.get("extensions", {}):
        await _tell(scope, send, "websocket.http.response", code, said, _problem(scope, exc))
    else:
        await send({"type": "websocket.close", "code": 1008})  # the server makes it a bare 403


async def refuse_early(scope: Scope, send: Send, exc: Error) -> None:
    """As :func:`refuse`, for stages outside the one that adds the security headers."""
    services = services_of(scope)
    deployed = services is not None and services.settings.app.is_deployed
    await refuse(scope, send, exc, [*safe(deployed), CSP])


async def _tell(
    scope: Scope, send: Send, kind: str, code: int, said: RawHeaders, told: Mapping[str, object]
) -> None:
    body, media = orjson.dumps(told), b"application/problem+json"
    if heads(scope).get(b"accept", b"").startswith(b"text/html"):
        body, media = page(told), b"text/html; charset=utf-8"
    said += [(b"content-type", media), (b"content-length", b"%d" % len(body))]
    await send({"type": f"{kind}.start", "status": code, "headers": said})
    await send({"type": f"{kind}.body", "body": body})


def _problem(scope: Scope, exc: Error) -> dict[str, object]:
    """Answers what the caller is told of *exc*: its code, and words in the caller's language."""
    say = _words(scope)
    told: dict[str, object] = {
        "type": TYPE + exc.code,
        "title": say(exc.code, exc.params) or exc.code,
        "status": status(type(exc)),
        "code": exc.code,
        "instance": scope["path"],
        "request_id": scope.get("request_id"),
    }
    detail = say(f"{exc.code}.detail", exc.params)
    if detail:
        told["detail"] = detail
    if exc.retry_after is not None:
        told["retry_after"] = max(1, math.ceil(exc.retry_after))
    if isinstance(exc, Invalid):
        told["errors"] = {
            name: [_fault(fault, say) for fault in faults] for name, faults in exc.faults.items()
        }
    return told


def _fault(fault: FieldFault, say: Say) -> dict[str, object]:
    words = say(f"field.{fault.code}", fault.params)
    return {"code": fault.code, "message": words or fault.code, "params": dict(fault.params)}


def _words(scope: Scope) -> Say:
    services = services_of(scope)
    if services is None:  # before the lifespan has opened them: codes will do
        return lambda key, params: ""
    translator, locale = services.translator, scope.get("locale", "en")

    def say(key: str, params: Mapping[str, str | float]) -> str:
        return translator.text(locale, key, **params) if translator.has(key) else ""

    return say


def page(told: Mapping[str, object]) -> bytes:
    """Answers the same for a person with a browser."""
    title, detail = html.escape(str(told["title"])), html.escape(str(told.get("detail", "")))
    foot = html.escape(f"{told['status']} {told['code']} {told['request_id']}")
    return (
        f"<!doctype html><meta charset=utf-8><title>{title}</title>"
        f"<h1>{title}</h1><p>{detail}</p><p><small>{foot}</small></p>"
    ).encode()

"""A refusal on the wire: RFC 9457 in the caller's language, and the one shape there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from starlette.types import Scope, Send

from app.errors import Taken
from app.http.errors import status
from app.http.heads import RawHeaders, heads
from app.http.security import CSP, safe
from app.http.state import services_of
from pkg.errors import Error
from pkg.response import Problem
from pkg.validation import FieldFault, Invalid

Say = Callable[[str, Mapping[str, str | float]], str]
VARY: Final = (b"vary", b"Accept, Accept-Language")
# RFC 9111 5.2.2.5. What a person may see is for that person: nothing on the way keeps it.
NO_STORE: Final = (b"cache-control", b"no-store")


async def refuse(scope: Scope, send: Send, exc: Error, headers: RawHeaders | None = None) -> None:
    """Answers *exc* as a problem; a handshake gets it in place of being accepted."""
    scope["outcome"] = exc.code
    said = [VARY, NO_STORE, *(headers or ())]
    problem = _problem(scope, exc)
    if problem.wait is not None:
        said.append((b"retry-after", b"%d" % problem.wait))
    if problem.status == 401:
        said.append((b"www-authenticate", b"Bearer"))  # RFC 9110 15.5.2
    if scope["type"] == "http":
        await _tell(scope, send, "http.response", said, problem)
    elif "websocket.http.response" in scope.get("extensions", {}):
        await _tell(scope, send, "websocket.http.response", said, problem)
    else:
        await send({"type": "websocket.close", "code": 1008})  # the server makes it a bare 403


async def refuse_early(scope: Scope, send: Send, exc: Error) -> None:
    """As :func:`refuse`, for stages outside the one that adds the security headers."""
    services = services_of(scope)
    deployed = services is not None and services.settings.app.is_deployed
    await refuse(scope, send, exc, [*safe(deployed), CSP])


async def _tell(scope: Scope, send: Send, kind: str, said: RawHeaders, problem: Problem) -> None:
    lang = str(scope.get("locale", "en")).replace("_", "-")
    body, media = problem.body(heads(scope).text(b"accept"), lang=lang)
    said += [(b"content-type", media.encode()), (b"content-length", b"%d" % len(body))]
    await send({"type": f"{kind}.start", "status": problem.status, "headers": said})
    await send({"type": f"{kind}.body", "body": body})


def _problem(scope: Scope, exc: Error) -> Problem:
    """Answers what the caller is told of *exc*: its code, and words in the caller's language."""
    say = _words(scope)
    faults = exc.faults if isinstance(exc, Invalid | Taken) else {}
    return Problem(
        status(type(exc)),
        exc.code,
        say(exc.code, exc.params) or exc.code,
        detail=say(f"{exc.code}.detail", exc.params),
        instance=scope["path"],
        request_id=scope.get("request_id", ""),
        retry_after=exc.retry_after,
        errors={name: [_fault(fault, say) for fault in found] for name, found in faults.items()},
    )


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

"""Errors as HTTP tells them: a status by the nearest ancestor, and one shape, RFC 9457."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import orjson
from starlette.types import Scope, Send

from app.errors import CaptchaWrong, Conflict, Forbidden, NotFound, Unauthenticated
from app.http.state import services_of
from pkg.errors import Error, Exhausted, Misconfigured, Rejected, Unavailable
from pkg.jwt import TokenRejected
from pkg.mail import MailUnavailable
from pkg.sms import SmsUnavailable

if TYPE_CHECKING:
    from pkg.i18n import Translator

RawHeaders = list[tuple[bytes, bytes]]


class BadAuthorization(Unauthenticated):
    """The Authorization header is not one `Bearer` and one token."""

    code = "auth.header"


class CsrfRefused(Forbidden):
    """A cookie came without the token that only our own page can read."""

    code = "csrf.refused"


class BadRequest(Rejected):
    """The request breaks the protocol."""

    code = "request.bad"


class HostRefused(BadRequest):
    """Host is missing, came twice, or is none of ours."""

    code = "host.refused"


class MethodRefused(Rejected):
    """There is such a place, but not for this method."""

    code = "method.refused"


class MediaUnsupported(Rejected):
    """The body is of a kind, or packed in a way, that is not read here."""

    code = "media.unsupported"


class TooLarge(Rejected):
    """The body is larger than this place takes."""

    code = "body.too_large"


class Broken(Error):
    """Something of ours failed; the log knows what."""

    code = "internal"


class InMaintenance(Unavailable):
    """The operator closed the doors for a while."""

    code = "maintenance"


class Overloaded(Unavailable):
    """Too much is under way at once."""

    code = "server.busy"


class TimedOut(Unavailable):
    """No answer was ready in time."""

    code = "request.timeout"


STATUS: Final[dict[type, int]] = {
    BadRequest: 400, Unauthenticated: 401, TokenRejected: 401, Forbidden: 403, NotFound: 404,
    MethodRefused: 405, Conflict: 409, Rejected: 409, TooLarge: 413, MediaUnsupported: 415,
    CaptchaWrong: 422, Exhausted: 429, Misconfigured: 500, Error: 500,
    SmsUnavailable: 502, MailUnavailable: 502, Unavailable: 503,
}  # fmt: skip
# A foreign origin's page has no business with these: see RFC 9457 3.1.1 on `type`.
TYPE: Final = "urn:parley:problem:"
PROBLEM: Final = (b"content-type", b"application/problem+json")


def status(kind: type[Error]) -> int:
    """Answers the status of errors of *kind*."""
    return next(STATUS[each] for each in kind.__mro__ if each in STATUS)


def problem(scope: Scope, exc: Error) -> dict[str, object]:
    """Answers what the caller is told of *exc*: its code, and words in the caller's language."""
    translator, locale = _words(scope)
    body: dict[str, object] = {
        "type": TYPE + exc.code,
        "title": translator.text(locale, exc.code, **exc.params) if translator else exc.code,
        "status": status(type(exc)),
    }
    if translator is not None and translator.has(f"{exc.code}.detail"):
        body["detail"] = translator.text(locale, f"{exc.code}.detail", **exc.params)
    body |= {"instance": scope["path"], "code": exc.code, "request_id": scope.get("request_id")}
    if exc.retry_after is not None:
        body["retry_after"] = math.ceil(exc.retry_after)
    return body


async def refuse(scope: Scope, send: Send, exc: Error, headers: RawHeaders | None = None) -> None:
    """Answers *exc* as a problem; a handshake gets the same before it is accepted."""
    body = orjson.dumps(problem(scope, exc))
    said = [PROBLEM, (b"content-length", b"%d" % len(body)), *(headers or ())]
    if exc.retry_after is not None:
        said.append((b"retry-after", b"%d" % max(1, math.ceil(exc.retry_after))))
    code = status(type(exc))
    if code == 401:
        said.append((b"www-authenticate", b"Bearer"))
    kind = "http" if scope["type"] == "http" else "websocket.http"
    if kind == "websocket.http" and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})  # the server makes it a bare 403
        return
    await send({"type": f"{kind}.response.start", "status": code, "headers": said})
    await send({"type": f"{kind}.response.body", "body": body})


def _words(scope: Scope) -> tuple[Translator | None, str]:
    services = services_of(scope)
    return (services.translator if services else None), scope.get("locale", "en")

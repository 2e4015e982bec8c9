"""The status of every error, by its nearest ancestor, and the errors that only HTTP has."""

from __future__ import annotations

from typing import Final

from app.errors import (
    CaptchaWrong,
    ConfirmRefused,
    Conflict,
    Forbidden,
    Gone,
    NotFound,
    PasswordWrong,
    Stale,
    Unauthenticated,
)
from pkg.auth import AccountClosed
from pkg.errors import Error, Exhausted, Misconfigured, Rejected, Unavailable
from pkg.file import ImageRefused, ImageTooLarge
from pkg.jwt import TokenRejected
from pkg.logger import log
from pkg.mail import MailUnavailable
from pkg.paginator import BadCursor, PageTooDeep
from pkg.sms import SmsUnavailable
from pkg.validation import Invalid, NotJson
from pkg.verifycode import WrongCode


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


class IfMatchMissing(Rejected):
    """What changes this says which version it has seen, in If-Match."""

    code = "if_match.missing"


class TooLarge(Rejected):
    """The body is larger than this place takes."""

    code = "body.too_large"


class Broken(Error):
    """Something of ours failed; the log knows what."""

    code = "internal"


class Overloaded(Unavailable):
    """Too much is under way at once."""

    code = "server.busy"


class TimedOut(Unavailable):
    """No answer was ready in time."""

    code = "request.timeout"


STATUS: Final[dict[type, int]] = {
    BadRequest: 400, NotJson: 400, Unauthenticated: 401, TokenRejected: 401, Forbidden: 403,
    AccountClosed: 403, NotFound: 404, MethodRefused: 405, Conflict: 409, Rejected: 409,
    Gone: 410, Stale: 412, IfMatchMissing: 428,
    TooLarge: 413, ImageTooLarge: 413, MediaUnsupported: 415, ImageRefused: 415,
    Invalid: 422, BadCursor: 422, PageTooDeep: 422, CaptchaWrong: 422, WrongCode: 422,
    PasswordWrong: 422, ConfirmRefused: 422,
    Exhausted: 429, Misconfigured: 500, Error: 500,
    SmsUnavailable: 502, MailUnavailable: 502, Unavailable: 503,
}  # fmt: skip


def status(kind: type[Error]) -> int:
    """Answers the status of errors of *kind*."""
    return next(STATUS[each] for each in kind.__mro__ if each in STATUS)


def note(exc: Error) -> None:
    """Writes into the log what is no caller's fault."""
    if status(type(exc)) >= 500:
        log.bind(code=exc.code).opt(exception=exc.__cause__).warning("{}", exc)

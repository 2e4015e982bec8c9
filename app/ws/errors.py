"""What is refused with an error frame, and the few things that close a socket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.errors import Forbidden, Unauthenticated
from app.ws.frames import Refused
from pkg.auth import AccountClosed
from pkg.errors import Error, Rejected, Unavailable
from pkg.hub import CloseCode, TooManySockets
from pkg.i18n import Translator
from pkg.jwt import TokenExpired, TokenRejected
from pkg.session import TokenRevoked
from pkg.validation import Invalid


class OriginRefused(Forbidden):
    """A page of another origin may not open a socket here."""

    code = "origin.refused"


class ProtocolUnknown(Forbidden):
    """None of the subprotocols that were offered is spoken here; plain clients offer none."""

    code = "protocol.unknown"


class FrameMalformed(Rejected):
    """The frame is no JSON object, or its fields are not of their types."""

    code = "frame.malformed"


class FrameUnknown(Rejected):
    """There is no such type of frame, or not at this point."""

    code = "frame.unknown"


FLOOD: Final = CloseCode.TOO_MANY, "socket.flood"  # a run of bad frames, or far above the rate
BROKEN: Final = CloseCode.SERVER_ERROR, "internal"

# Before the welcome these end the socket, since nothing else can follow; the nearest ancestor
# decides. After it an error is answered, and the socket lives.
CLOSES: Final[Mapping[type[Error], CloseCode]] = {
    Unauthenticated: CloseCode.UNAUTHENTICATED,
    TokenRejected: CloseCode.UNAUTHENTICATED,
    TokenExpired: CloseCode.SESSION_ENDED,
    TokenRevoked: CloseCode.SESSION_ENDED,
    AccountClosed: CloseCode.BANNED,
    TooManySockets: CloseCode.TOO_MANY,
    Unavailable: CloseCode.SERVER_ERROR,
}


def close_code(exc: Error) -> CloseCode | None:
    """Answers the code with which *exc* closes, or None: an error frame says it all."""
    return next((CLOSES[kind] for kind in type(exc).__mro__ if kind in CLOSES), None)


def refused(exc: Error, ref: str | None, translator: Translator, locale: str) -> Refused:
    """Answers the frame that tells *exc* to a person who reads *locale*."""
    errors = None
    if isinstance(exc, Invalid):
        errors = {name: [fault.code for fault in faults] for name, faults in exc.faults.items()}
    return Refused(
        code=exc.code,
        message=translator.text(locale, exc.code, **exc.params),
        ref=ref,
        retry_after=None if exc.retry_after is None else round(exc.retry_after, 3),
        errors=errors,
    )

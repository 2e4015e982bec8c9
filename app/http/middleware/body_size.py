"""How much a request may carry."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.errors import BadRequest, MediaUnsupported, TooLarge
from app.http.heads import heads
from app.http.problems import refuse_early
from pkg.errors import Error

FRAMING = 4096  # bytes of multipart around a file


class BodySize:
    """Refuses a body over *max_bytes*, announced or not, and one that is packed.

    *uploads* names the paths that take a file, and the size each allows.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, uploads: Mapping[str, int]) -> None:
        self.app = app
        self._max_bytes = max_bytes
        self._uploads = {path: size + FRAMING for path, size in uploads.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        most = self._uploads.get(scope["path"], self._max_bytes)
        refusal = _refusal(scope, most)
        if refusal is not None:
            await refuse_early(scope, send, refusal)
            return
        if b"transfer-encoding" in heads(scope):  # the server holds the others to their length
            receive = _counted(receive, most)
        await self.app(scope, receive, send)


def _refusal(scope: Scope, most: int) -> Error | None:
    found = heads(scope)
    if found.get(b"content-encoding", b"identity").lower() != b"identity":
        return MediaUnsupported("a packed body is not unpacked here")
    length = found.get(b"content-length")
    if length is None:
        return None
    if not length.isdigit():
        return BadRequest("a length that is no number")
    # As text first: a length of 5000 digits is no int.
    return TooLarge() if len(length) > 18 or int(length) > most else None


def _counted(receive: Receive, most: int) -> Receive:
    left = most

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise TooLarge  # inside a row, whose edge answers it
        return message

    return counted

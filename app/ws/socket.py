"""One socket from the reader's side: frames come in, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec
from starlette.types import Receive

from app.errors import Unauthenticated
from app.ws.errors import (
    BROKEN,
    FLOOD,
    TOO_BIG,
    FrameMalformed,
    FrameUnknown,
    close_code,
    refused,
)
from app.ws.frames import Acked, Head, Hello, In, Out, PostMessage
from app.ws.op import Op
from pkg.auth import Principal
from pkg.errors import Error, Unavailable
from pkg.hub import Ack, Client, Hub, Identity
from pkg.hub.limits import TokenBucket
from pkg.limiter import LimitExceeded
from pkg.logger import log

if TYPE_CHECKING:
    from app.container import Services

HEAD: Final = msgspec.json.Decoder(Head)
PLAIN: Final = msgspec.json.Decoder(PostMessage)
UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

# How much may go wrong at once, how much of it is forgiven in a second, and what counts how much:
# twenty bad frames in a run, or a hundred above the rate, are a flood.
STRIKES, FORGIVEN = 100, 2.0
COSTS: Final[dict[type[Error], int]] = {FrameMalformed: 5, FrameUnknown: 5, LimitExceeded: 1}


class Socket:
    """What handlers see of a client: its services, who it is, and ways to answer.

    A frame is decoded, then served; a refusal is answered and the next frame read. Only one task
    reads, so a client's frames are served in their order.
    """

    def __init__(
        self, services: Services, client: Client, ops: Mapping[str, Op], *, locale: str
    ) -> None:
        self.services = services
        self.client = client
        self._ops = ops
        self._locale = locale
        self._unacked: set[asyncio.Future[Ack]] = set()
        config, clock = services.hub.config, services.clock
        self._rate = TokenBucket(clock, rate=config.rate, burst=config.burst)
        self._strikes = TokenBucket(clock, rate=FORGIVEN, burst=STRIKES)

    @property
    def hub(self) -> Hub:
        return self.services.hub

    @property
    def user_id(self) -> int:
        """Who it is.

        Raises:
            Unauthenticated: nobody yet.
        """
        if self.client.identity is None:
            raise Unauthenticated("no hello yet")
        return self.client.identity.user

    def begin(self, principal: Principal | None, refusal: Error | None) -> None:
        """Takes what the handshake has shown; what does not hold closes."""
        try:
            if refusal is not None:
                raise refusal
            if principal is not None:
                self.identify(principal)
        except Error as exc:
            self._refuse(exc, None)

    def identify(self, principal: Principal) -> Identity:
        """Notes who the client is, or until when.

        Raises:
            TooManySockets: the user has enough of them.
        """
        identity = Identity(principal.user_id, principal.session_id, principal.expires_at)
        self.hub.identify(self.client, identity)
        return identity

    async def read(self, receive: Receive) -> None:
        """Serves frames until the peer goes or the client is closed. It raises nothing."""
        try:
            if self.client.dialect == "plain" and self.client.identity is not None:
                await self._answer(self._ops["hello"], Hello(), None)
            while (raw := _payload(await receive())) is not None and not self.client.is_closed:
                await self._take(raw)
                await self._breathe()
        except Exception as exc:  # noqa: BLE001  the edge: a bug closes this socket and no other
            log.opt(exception=exc).error("a socket broke")
            self.client.close(*BROKEN)

    def answer_later(self, acked: asyncio.Future[Ack], ref: str | None) -> None:
        """Answers a message once its commit is done; the reader goes on meanwhile."""
        self._unacked.add(acked)
        acked.add_done_callback(partial(self._acked, ref))

    async def _take(self, raw: bytes) -> None:
        if len(raw) > self.hub.config.max_size:
            self.client.close(*TOO_BIG)
            return
        ref: str | None = None
        try:
            name, ref = self._read_head(raw)
            self._count()
            op = self._op(name)
            frame = self._decode(op, raw)
        except Error as exc:
            self._refuse(exc, ref)
            return
        await self._answer(op, frame, ref)

    async def _answer(self, op: Op, frame: In, ref: str | None) -> None:
        try:
            answer = await self._serve(op, frame)
        except Error as exc:
            self._refuse(exc, ref)
            return
        if answer is not None:
            self.client.send(answer)

    async def _serve(self, op: Op, frame: In) -> Out | None:
        if not self.client.is_greeted and op.name != "hello":
            await self._ops["hello"].handler(self, Hello())  # who proved it before may go without
        if op.limit:
            await self.services.limiter.take(op.limit, str(self.user_id))
        return await op.handler(self, frame)

    async def _breathe(self) -> None:
        """Reads no further while this client has too much waiting, here or in the commit queue."""
        if self.client.is_full:
            await self.client.transport.drained()
        while self.hub.commit.pauses(len(self._unacked)):
            await asyncio.wait(self._unacked, return_when=asyncio.FIRST_COMPLETED)

    def _read_head(self, raw: bytes) -> tuple[str, str | None]:
        if self._is_plain:
            return "message", None
        try:
            head = HEAD.decode(raw)
        except UNREADABLE:
            if self.client.identity is None:
                raise Unauthenticated("no hello") from None
            raise FrameMalformed("no frame") from None
        return head.type, head.id[:64] if isinstance(head.id, str) else None

    def _op(self, name: str) -> Op:
        found = self._ops.get(name)
        if found is None or (name == "hello" and self.client.is_greeted):
            raise FrameUnknown("no such frame here")
        return found

    def _decode(self, op: Op, raw: bytes) -> In:
        try:
            decoded: In = PLAIN.decode(raw) if self._is_plain else op.decoder.decode(raw)
        except UNREADABLE:
            if self._is_plain:  # no object with a content: the text is the message
                return _text(raw)
            raise FrameMalformed("fields of a wrong type") from None
        return decoded

    @property
    def _is_plain(self) -> bool:
        """What comes is to be read as plain text; proving who one is takes a real frame."""
        return self.client.dialect == "plain" and self.client.identity is not None

    def _count(self) -> None:
        if self.hub.limited and (wait := self._rate.take()):
            raise LimitExceeded("too many frames", retry_after=wait)

    def _refuse(self, exc: Error, ref: str | None) -> None:
        code = close_code(exc)
        if code is not None and not self.client.is_greeted:
            self.client.close(code, exc.code)
            return
        note(exc)
        self.client.send(refused(exc, ref, self.services.translator, self._locale))
        cost = COSTS.get(type(exc), 0)
        if cost and self.hub.limited and self._strikes.take(cost):
            self.client.close(*FLOOD)

    def _acked(self, ref: str | None, acked: asyncio.Future[Ack]) -> None:
        self._unacked.discard(acked)
        exc = acked.exception()
        if isinstance(exc, Error):
            self._refuse(exc, ref)
        elif self.client.dialect == "chat.v1":
            message = acked.result().message
            self.client.send(
                Acked(
                    id=message.id,
                    conversation=message.conversation,
                    seq=message.seq,
                    at=message.at,
                    dup=acked.result().dup,
                )
            )


def _text(raw: bytes) -> PostMessage:
    try:
        return PostMessage(content=raw.decode())
    except UnicodeDecodeError:  # a binary frame: it is nobody's words
        raise FrameMalformed("no text") from None


def note(exc: Error) -> None:
    """Writes into the log what is no client's fault."""
    if isinstance(exc, Unavailable):
        log.bind(code=exc.code).warning("{}", exc)


def _payload(message: Mapping[str, Any]) -> bytes | None:
    """Answers what a client sent, or None where it went."""
    if message["type"] != "websocket.receive":
        return None
    text: str | None = message.get("text")
    data: bytes = message.get("bytes") or b""
    return data if text is None else text.encode("utf-8", "surrogatepass")

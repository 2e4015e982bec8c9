"""One socket from the reader's side: frames come in, one after the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from app.errors import Unauthenticated
from app.ws.conduct import Conduct
from app.ws.errors import BROKEN, FLOOD, FrameMalformed, FrameUnknown, close_code, refused
from app.ws.frames import Acked, Head, Hello, In, Out, PostMessage
from app.ws.op import Op
from pkg.auth import Principal
from pkg.errors import Error, Unavailable
from pkg.hub import Ack, Client, Draft, Hub, Identity
from pkg.limiter import LimitExceeded
from pkg.logger import log

if TYPE_CHECKING:
    from app.container import Services

HEAD: Final = msgspec.json.Decoder(Head)
PLAIN: Final = msgspec.json.Decoder(PostMessage)
UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
WAITING: Final = 32  # frames that may wait for one that takes its time


class Socket:
    """What handlers see of a client: its services, who it is, and ways to answer.

    A frame is decoded and served at once where nothing has to be waited for. Where something has,
    a task does it, and what comes meanwhile waits: a client's frames are served in their order.
    """

    __slots__ = (
        "_conduct",
        "_inbox",
        "_is_lost",
        "_locale",
        "_ops",
        "_task",
        "_unacked",
        "client",
        "hub",
        "services",
    )

    def __init__(
        self, services: Services, client: Client, ops: Mapping[str, Op], *, locale: str
    ) -> None:
        self.services = services
        self.hub: Hub = services.hub
        self.client = client
        self._ops = ops
        self._locale = locale
        self._inbox: deque[bytes] | None = None  # there while a task is
        self._task: asyncio.Task[None] | None = None
        self._unacked = 0  # messages on their way into the log
        self._is_lost = False
        self._conduct = Conduct(services.clock, self.hub.config) if self.hub.limited else None

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
            return
        if self._is_plain:
            self._run(self._enter)

    def identify(self, principal: Principal) -> Identity:
        """Notes who the client is, or until when.

        Raises:
            TooManySockets: the user has enough of them.
        """
        identity = Identity(principal.user_id, principal.session_id, principal.expires_at)
        self.hub.identify(self.client, identity)
        return identity

    def submit(self, draft: Draft) -> None:
        """Queues a message; its ack follows the commit, and the next frame is read meanwhile.

        Raises:
            Unavailable: the store is away or busy.
        """
        self.hub.submit(draft, partial(self._acked, draft.ref))
        self._unacked += 1

    def receive(self, opcode: int, payload: bytes) -> None:
        """Serves a frame, or keeps it until those before it are served."""
        client = self.client
        if client.is_closed:
            return
        client.heard_at = self.hub.manager.now
        self.hub.figures.frames += 1
        if self._inbox is not None:
            self._inbox.append(payload)
            self._breathe()
            return
        try:
            rest = self._take(payload)
        except Exception as exc:  # noqa: BLE001  the edge: a bug closes this socket and no other
            self._broke(exc)
            return
        if rest is not None:
            self._run(lambda: rest)
        self._breathe()

    def heard(self) -> None:
        """Notes a ping or a pong; they count as frames, and too many of them as a flood."""
        self.client.heard_at = self.hub.manager.now
        try:
            self._count()
        except LimitExceeded as exc:
            self._strike(exc)

    def lost(self) -> None:
        """Lets go of the client: its socket is gone. A second call does nothing."""
        if self._is_lost:
            return
        self._is_lost = True
        if self._task is not None:
            self._task.cancel()
        self.hub.forget(self.client)
        if self.client.is_plain and self.client.is_greeted:
            self.hub.notice("A socket has disconnected.")

    def _take(self, raw: bytes) -> Awaitable[None] | None:
        """Serves a frame as far as it goes without waiting, and answers the rest."""
        ref: str | None = None
        try:
            name, ref = self._read_head(raw)
            self._count()
            op = self._op(name)
            answer = self._serve(op, self._decode(op, raw))
        except Error as exc:
            self._refuse(exc, ref)
            return None
        if answer is None:
            return None
        if isinstance(answer, Out):
            self.client.send(answer)
            return None
        return self._finish(answer, ref)

    async def _finish(self, answer: Awaitable[Out | None] | Out | None, ref: str | None) -> None:
        try:
            made = answer if answer is None or isinstance(answer, Out) else await answer
        except Error as exc:
            self._refuse(exc, ref)
            return
        if made is not None:
            self.client.send(made)

    def _serve(self, op: Op, frame: In) -> Awaitable[Out | None] | Out | None:
        if op.name == "hello":
            return op.handler(self, frame)
        limited = op.limit and self.services.limiter.enabled
        if limited or not self.client.is_greeted:
            return self._serve_later(op, frame)
        return op.handler(self, frame)

    async def _serve_later(self, op: Op, frame: In) -> Out | None:
        if not self.client.is_greeted:
            await self._greet()  # who proved it before may go without a hello
        if op.limit:
            await self.services.limiter.take(op.limit, str(self.user_id))
        answer = op.handler(self, frame)
        return answer if answer is None or isinstance(answer, Out) else await answer

    async def _greet(self) -> None:
        greeting = self._ops["hello"].handler(self, Hello())
        if greeting is not None and not isinstance(greeting, Out):
            await greeting

    async def _enter(self) -> None:
        await self._finish(self._ops["hello"].handler(self, Hello()), None)

    def _run(self, first: Callable[[], Awaitable[None]]) -> None:
        """Has a task do *first* and then what has come meanwhile; a socket may be lost before."""
        inbox: deque[bytes] = deque()
        self._inbox = inbox
        loop = asyncio.get_running_loop()
        self._task = loop.create_task(self._work(first, inbox), context=self.hub.context.copy())

    async def _work(self, first: Callable[[], Awaitable[None]], inbox: deque[bytes]) -> None:
        try:
            await first()
            while inbox and not self.client.is_closed:
                rest = self._take(inbox.popleft())
                if rest is not None:
                    await rest
        except Exception as exc:  # noqa: BLE001  the edge, as in `receive`
            self._broke(exc)
        finally:
            self._inbox = self._task = None
            self._breathe()

    def _breathe(self) -> None:
        """Reads no further while too much of this client waits, here or for its commit."""
        waiting = len(self._inbox) if self._inbox is not None else 0
        is_full = waiting >= WAITING or self.hub.commit.pauses(self._unacked)
        if is_full != self.client.is_paused:
            if is_full:
                self.client.pause()
            else:
                self.client.resume()

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
        return self.client.is_plain and self.client.identity is not None

    def _count(self) -> None:
        if self._conduct is not None:
            self._conduct.count()

    def _refuse(self, exc: Error, ref: str | None) -> None:
        self.hub.figures.refused[exc.code] += 1
        code = close_code(exc)
        if code is not None and not self.client.is_greeted:
            self.client.close(code, exc.code)
            return
        note(exc)
        self.client.send(refused(exc, ref, self.services.translator, self._locale))
        self._strike(exc)

    def _strike(self, exc: Error) -> None:
        if self._conduct is not None and self._conduct.strike(exc):
            self.client.close(*FLOOD)

    def _broke(self, exc: Exception) -> None:
        log.opt(exception=exc).error("a socket broke")
        self.client.close(*BROKEN)

    def _acked(self, ref: str, outcome: Ack | Error) -> None:
        self._unacked -= 1
        if self.client.is_paused:
            self._breathe()
        if isinstance(outcome, Error):
            self._refuse(outcome, ref)
        elif not self.client.is_plain:
            message = outcome.message
            self.client.send(
                Acked(
                    id=message.id,
                    conversation=message.conversation,
                    seq=message.seq,
                    at=message.at,
                    dup=outcome.dup,
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

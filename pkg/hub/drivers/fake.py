"""For tests: a log in memory, and a socket whose reader is as slow as the test says."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from pkg.clock import Clock
from pkg.errors import Error
from pkg.helpers import stamp
from pkg.hub.errors import GONE, ConversationGone, IdReused
from pkg.hub.message import Bundle, Message, conversation_address, user_address
from pkg.hub.socket.sink import Sink
from pkg.hub.socket.transport import Transport
from pkg.hub.store import Ack, Draft, MessageStore


class FakeStore(MessageStore):
    """Keeps the log in lists; raises `failure` while one is set, and hates `poison`.

    While `gate` is closed an append waits: what arrives meanwhile is the next batch.
    """

    def __init__(self, clock: Clock, *conversations: int) -> None:
        self.logs: dict[int, list[Message]] = {id: [] for id in conversations}
        self.batches: list[int] = []
        self.reads: list[tuple[int, int]] = []
        self.asked: list[list[int]] = []  # whose tops
        self.failure: Error | None = None
        self.poison = ""
        self.name = "epoch-1"
        self.gate = asyncio.Event()
        self.gate.set()
        self._clock = clock
        self._refs: defaultdict[int, dict[tuple[str, str], Message]] = defaultdict(dict)

    async def append(self, batch: Sequence[Draft]) -> Sequence[Ack | Error]:
        await self.gate.wait()
        self._fail()
        if self.poison and any(self.poison in draft.content for draft in batch):
            raise ValueError("poison")
        self.batches.append(len(batch))
        return [self._append(draft) for draft in batch]

    async def range(self, conversation: int, after: int, limit: int) -> Sequence[Message]:
        await asyncio.sleep(0)
        self._fail()
        self.reads.append((conversation, after))
        log = self.logs.get(conversation, [])
        return [message for message in log if message.seq > after][:limit]

    async def tops(self, conversations: Collection[int]) -> Mapping[int, int]:
        await asyncio.sleep(0)
        self._fail()
        self.asked.append(list(conversations))
        return {id: self.logs[id][-1].seq if self.logs.get(id) else 0 for id in conversations}

    async def epoch(self) -> str:
        self._fail()
        return self.name

    async def renew(self, epoch: str) -> str:
        self._fail()
        if self.name == epoch:
            self.name = f"{epoch}+"
        return self.name

    def lose(self, conversation: int, top: int) -> None:
        """Does what a failover does that lost the end of the log: all after *top* is gone."""
        self.logs[conversation] = self.logs[conversation][:top]
        refs = self._refs[conversation]
        for key in [key for key, message in refs.items() if message.seq > top]:
            del refs[key]

    def _append(self, draft: Draft) -> Ack | Error:
        if draft.conversation not in self.logs:
            return ConversationGone()
        log = self.logs[draft.conversation]
        message = Message(
            sender=user_address(draft.sender),
            recipient=conversation_address(draft.conversation),
            content=draft.content,
            conversation=conversation_address(draft.conversation),
            seq=log[-1].seq + 1 if log else 1,
            id=draft.ref,
            at=stamp(self._clock.now()),
            content_type=draft.content_type,
            reply_to=draft.reply_to,
        )
        first = self._refs[draft.conversation].setdefault((message.sender, message.id), message)
        if first is message:
            log.append(message)
            return Ack(message)
        return Ack(first, dup=True) if first.content == draft.content else IdReused()

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


class FakeTransport(Transport):
    """Keeps what it is given until the test reads it; `got` is what the peer has seen."""

    lane = None
    code = GONE

    def __init__(self, *, reads: bool = True, high: int = 262_144, low: int = 65_536) -> None:
        self.reads = reads  # takes everything at once
        self.waiting: list[bytes] = []
        self.got: list[bytes] = []
        self.pings = 0
        self.is_paused = False
        self.closed: tuple[int, str] | None = None
        self.sink: Sink | None = None
        self._high, self._low = high, low
        self._full: Callable[[], None] = lambda: None
        self._level = asyncio.Event()
        self._level.set()

    @property
    def buffered(self) -> int:
        return sum(map(len, self.waiting))

    @property
    def is_full(self) -> bool:
        return not self._level.is_set()

    def on_full(self, call: Callable[[], None]) -> None:
        self._full = call

    def write(self, bundle: Bundle) -> None:
        if self.closed is not None:
            return
        self.waiting.extend(bundle.texts)
        if self.reads:
            self.read()
        elif self.buffered > self._high and self._level.is_set():
            self._level.clear()
            self._full()

    queue = write

    def read(self, count: int | None = None) -> None:
        """Lets the peer read *count* frames, or all that wait."""
        self.got += self.waiting[:count]
        del self.waiting[:count]
        if self.buffered <= self._low:
            self._level.set()

    def ping(self) -> bool:
        self.pings += 1
        return True

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def close(self, code: int, reason: str, *, linger: bool = False) -> None:
        if self.closed is not None:
            return
        if linger:
            self.read()
        self.closed, self.code = (code, reason), code
        self.waiting.clear()
        self._level.set()

    async def drained(self) -> None:
        await self._level.wait()

    async def serve(self, sink: Sink) -> None:
        self.sink = sink

    @property
    def frames(self) -> list[dict[str, object]]:
        """What the peer has seen, decoded."""
        return [msgspec.json.decode(frame) for frame in self.got]

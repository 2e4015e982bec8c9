"""This node among the others: tells them what it committed, and hears what they did.

The bus only wakes. What it loses is found in the log: at the next message, while the bus is down
twice a second, and in any case by a look at all rooms every 25 seconds.
"""

from __future__ import annotations

import asyncio
import contextvars
from binascii import crc32
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import islice

from pkg.clock import Clock
from pkg.errors import Unavailable
from pkg.hub.bus.contract import CHANNELS, CONVERSATION_CHANNELS, Bus
from pkg.hub.message import encode
from pkg.hub.nodes.envelope import Entry, mark, parted, seal, unseal
from pkg.hub.nodes.intake import Intake
from pkg.hub.room import Rooms
from pkg.hub.store import Ack, Draft, MessageStore

POLL_SECONDS = 0.5  # between two looks while the bus is down
SWEEP_SECONDS = 25.0  # between two looks while it is up: a node may die between commit and word
STOPPED_SECONDS = 3.0  # without a tick: this process itself was stopped
RECENT_SECONDS = 10.0  # longer than a bus takes to notice that it loses
MAX_RECENT = 100_000
CHUNK = 500  # conversations of one question to the store


class Relay:
    """Carries committed messages between this node's rooms and the bus, both ways.

    *adopted* is told the name of a new log and the tops of the rooms in it, before anything of it
    is delivered.
    """

    def __init__(
        self,
        bus: Bus,
        store: MessageStore,
        rooms: Rooms,
        clock: Clock,
        *,
        node: str,
        adopted: Callable[[str, Mapping[int, int]], None],
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.epoch = ""
        self.heard = 0  # envelopes of others
        self.ignored = 0  # that nobody here understands
        self.bus = bus
        self.intake = Intake(
            store,
            rooms,
            pause=pause,
            is_told=lambda: bus.is_up and not bus.is_alone,
            contradicted=self._doubt_log,
        )
        self._store = store
        self._rooms = rooms
        self._clock = clock
        self._node = node
        self._adopted = adopted
        self._pause = pause
        self._own = mark(node)
        # By node and not by conversation: what one commit brought is one envelope.
        self._channel = str(crc32(node.encode()) % CONVERSATION_CHANNELS)
        self._handlers: dict[str, Callable[[bytes], None]] = {}
        self._recent: dict[int, tuple[int, float]] = {}  # what was committed here, last and when
        self._ticked_at = self._swept_at = clock.monotonic()
        self._is_doubtful = False  # others speak of another log: look
        self._is_contradicted = False  # this log went back
        self._context = contextvars.copy_context()  # as in `Intake`
        self._look: asyncio.Task[None] | None = None
        self._look_again = False
        self._watch: asyncio.Task[None] | None = None

    def on(self, kind: str, handler: Callable[[bytes], None]) -> None:
        """Has *handler* called with what other nodes `say` of this *kind*."""
        self._handlers[kind] = handler

    async def start(self) -> None:
        """Reads the log's name and begins to hear.

        Raises:
            Unavailable: the store is away.
            BusRefused: the bus will not have us.
        """
        self.epoch = await self._store.epoch()
        self._ticked_at = self._swept_at = self._clock.monotonic()
        await self.bus.start(self._hear, self._changed)
        self._watch = asyncio.create_task(self._watching())

    async def stop(self) -> None:
        """Hears no more. A second call does nothing."""
        await self.bus.stop()
        tasks = [task for task in (self._watch, self._look) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.intake.close()

    def publish(self, batch: Sequence[tuple[Draft, Ack]]) -> None:
        """Hands what was committed here to this node's rooms, and tells the others."""
        self._notice_stop()
        entries = self._entries(batch)
        for entry in entries:
            self.intake.take(entry.conversation, entry.first, entry.texts)
        if self.bus.is_alone:
            return
        now = self._clock.monotonic()
        for entry in entries:
            if len(self._recent) < MAX_RECENT:  # beyond, the sweep finds what was not told
                self._recent[entry.conversation] = entry.last, now
        for part in parted(entries):
            self._send(part)

    def repeat(self, batch: Sequence[tuple[Draft, Ack]]) -> None:
        """Has whoever lacks it read what an earlier try has stored, and may have told nobody."""
        ordered = sorted(batch, key=lambda pair: pair[1].message.seq)
        tops = {draft.conversation: ack.message.seq for draft, ack in ordered}
        for conversation in self._rooms.tops(tops):
            self.intake.want(conversation, tops[conversation])
        if not self.bus.is_alone:
            self._send([Entry(conversation, seq + 1) for conversation, seq in tops.items()])

    def say(self, kind: str, body: bytes) -> None:
        """Tells the other nodes something that may be lost."""
        if not self.bus.is_alone:
            channel = kind if kind in CHANNELS else self._channel
            self.bus.publish(channel, seal(self._node, self.epoch, kind=kind, body=body))

    def learn(self, tops: Mapping[int, int]) -> None:
        """Takes *tops* from the log: rooms that know nothing yet begin there, others follow."""
        self._rooms.learn(tops)
        for conversation, top in tops.items():
            self.intake.want(conversation, top)

    def _entries(self, batch: Sequence[tuple[Draft, Ack]]) -> Sequence[Entry]:
        runs: list[tuple[int, int, list[bytes]]] = []
        latest: dict[int, tuple[int, list[bytes]]] = {}  # the seq to come, and where it goes
        is_alone = self.bus.is_alone
        for draft, ack in batch:
            id, seq = draft.conversation, ack.message.seq
            if is_alone and self._rooms.get(id) is None:
                continue  # nobody anywhere wants it: it is not even encoded
            due, texts = latest.get(id, _NOTHING)
            if due != seq:
                texts = []
                runs.append((id, seq, texts))
            texts.append(encode(ack.message))
            latest[id] = seq + 1, texts
        return [Entry(id, first, tuple(texts)) for id, first, texts in runs]

    def _send(self, entries: Sequence[Entry]) -> None:
        self.bus.publish(self._channel, seal(self._node, self.epoch, entries))

    def _hear(self, data: bytes) -> None:
        if data.startswith(self._own):
            return
        envelope = unseal(data)
        if envelope is None:
            self.ignored += 1
            return
        self.heard += 1
        self._notice_stop()
        if envelope.kind:
            self._handle(envelope.kind, envelope.body)
        elif envelope.epoch != self.epoch:
            self._is_doubtful = True  # it, or this node, has not heard yet of a new log
        else:
            for entry in envelope.entries:
                if entry.texts:
                    self.intake.take(entry.conversation, entry.first, entry.texts)
                else:
                    self.intake.want(entry.conversation, entry.last)

    def _handle(self, kind: str, body: bytes) -> None:
        handler = self._handlers.get(kind)
        if handler is None:
            self.ignored += 1
            return
        try:
            handler(body)
        except Exception as exc:  # noqa: BLE001  one handler's fault must not end the bus
            _report(f"a word of kind {kind} failed", exc)

    def _changed(self, is_up: bool) -> None:
        if is_up:
            self._repeat()
        self._look_soon()

    def _repeat(self) -> None:
        """Says how far the log goes where something was committed while the bus may have lost."""
        recent = iter(self._recent.items())
        while part := [Entry(id, last + 1) for id, (last, _) in islice(recent, CHUNK)]:
            self._send(part)

    def _notice_stop(self) -> None:
        """After a stop nothing is pushed before the rooms are compared with the log."""
        if self._clock.monotonic() - self._ticked_at < STOPPED_SECONDS or self.bus.is_alone:
            return
        self._ticked_at = self._clock.monotonic()
        self.intake.hold()
        self._look_soon()

    async def _watching(self) -> None:
        while True:
            await self._pause(POLL_SECONDS)
            self._notice_stop()
            now = self._ticked_at = self._clock.monotonic()
            if not self.bus.is_up or self._is_doubtful or now - self._swept_at >= SWEEP_SECONDS:
                self._look_soon()
            if self.bus.is_up:
                self._forget_before(now - RECENT_SECONDS)

    def _forget_before(self, at: float) -> None:
        self._recent = {id: one for id, one in self._recent.items() if one[1] > at}

    def _doubt_log(self) -> None:
        self._is_contradicted = True
        self._look_soon()

    def _look_soon(self) -> None:
        """Compares the rooms with the log; one look at a time, and one more if it was under way."""
        if self._look is not None and not self._look.done():
            self._look_again = True
        else:
            self._look = asyncio.create_task(self._looking(), context=self._context.copy())

    async def _looking(self) -> None:
        while True:
            self._look_again = self._is_doubtful = False
            is_held = self.intake.is_held  # else it was held since, and this look began too early
            self._swept_at = self._clock.monotonic()
            try:
                await self._compare()
            except Unavailable as exc:
                await self._pause(exc.retry_after or POLL_SECONDS)
                continue
            except Exception as exc:  # noqa: BLE001  else what is held stays so until the sweep
                _report("a look at the log failed", exc)
                await self._pause(POLL_SECONDS)
                continue
            if is_held:
                self.intake.release()
            if not self._look_again:
                return

    async def _compare(self) -> None:
        epoch = await self._store.epoch()
        if epoch == self.epoch and (self._is_contradicted or await self._is_behind()):
            epoch = await self._store.renew(epoch)
        if epoch != self.epoch:
            await self._adopt(epoch)

    async def _is_behind(self) -> bool:
        """Heals what the rooms lack, and tells whether the log lacks what rooms have.

        That is believed only when it is still so after a moment.
        """
        suspects = self._rooms.known()
        for pause in (0.0, POLL_SECONDS):
            if pause:
                await self._pause(pause)
            tops = await self._tops(suspects)
            for id, top in tops.items():
                self.intake.want(id, top)
            suspects = {id: top for id, top in suspects.items() if tops.get(id, top) < top}
            if not suspects:
                return False
        return True

    async def _tops(self, conversations: Mapping[int, int]) -> dict[int, int]:
        tops: dict[int, int] = {}
        ids = iter(conversations)
        while part := list(islice(ids, CHUNK)):
            tops |= await self._store.tops(part)
        return tops

    async def _adopt(self, epoch: str) -> None:
        """Begins anew with the log *epoch*; who else does not know it yet hears of it."""
        tops = await self._tops(self._rooms.known())
        self.epoch, self._is_contradicted = epoch, False
        self._recent.clear()
        self.intake.forget()
        self._adopted(epoch, tops)
        self._send(())
        self._look_again = True  # something may have been committed since the tops were read


_NOTHING: tuple[int, list[bytes]] = -1, []  # never added to


def _report(message: str, exc: Exception) -> None:
    asyncio.get_running_loop().call_exception_handler({"message": message, "exception": exc})

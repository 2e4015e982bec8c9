"""Brings clients that lag, or came back, level with their rooms."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Mapping

from pkg.errors import Unavailable
from pkg.hub.client import UNSETTLED, Client, Run
from pkg.hub.errors import CloseCode
from pkg.hub.figures import Figures
from pkg.hub.message import Gap, bundled, conversation_address, encode
from pkg.hub.room import RING, Room, Rooms
from pkg.hub.store import MessageStore

RETRY_SECONDS = 1.0


class CatchUp:
    """One task for each client that is behind: as it reads, it gets what it lacks, in order."""

    def __init__(
        self,
        store: MessageStore,
        rooms: Rooms,
        *,
        figures: Figures | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.epoch = ""
        self._store = store
        self._rooms = rooms
        self._figures = figures or Figures()
        self._pause = pause
        self._tasks: dict[Client, asyncio.Task[None]] = {}
        # Not the caller's context: a publisher may be inside a transaction of its own.
        self._context = contextvars.copy_context()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, client: Client) -> None:
        """Begins with *client*, unless it is being brought level already."""
        known = self._tasks.get(client)
        if client.is_closed or (known is not None and not known.done()):
            return
        client.lagging = True
        self._figures.catch_ups += 1
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._bring_level(client), context=self._context.copy())
        self._tasks[client] = task
        task.add_done_callback(lambda _: self._ended(client, task))

    def stop(self, client: Client) -> None:
        """Lets *client* be."""
        if task := self._tasks.get(client):
            task.cancel()

    async def close(self) -> None:
        """Ends all of them."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def read(
        self, conversation: int, after: int, limit: int = RING
    ) -> tuple[Gap | None, Run]:
        """Answers up to *limit* messages after *after*, and the gap before them if there is one.

        Raises:
            Unavailable: they are in the ring no more, and the store is away.
        """
        room = self._rooms.get(conversation)
        if room is not None and (run := room.after(after, limit)) is not None:
            return None, run
        found = await self._store.range(conversation, after, limit)
        frames = tuple(map(encode, found))
        if not found or found[0].seq == after + 1:
            return None, Run(conversation, after + 1, frames)
        top = max(found[-1].seq, room.top if room else 0)
        return self.gap(conversation, after, found[0].seq, top), Run(
            conversation, found[0].seq, frames
        )

    async def history(self, conversation: int, after: int, limit: int) -> tuple[Gap | None, Run]:
        """Does as `read`, and answers a gap where the log ends before *after*.

        Raises:
            Unavailable: as `read`.
        """
        gap, run = await self.read(conversation, after, limit)
        if run.bundle.texts or gap is not None:
            return gap, run
        top = (await self._store.tops([conversation])).get(conversation, 0)
        if after <= top:
            return None, run
        return self.gap(conversation, after, top + 1, top), Run(conversation, top + 1, ())

    def adopt(self, epoch: str, tops: Mapping[int, int]) -> None:
        """Begins anew at *tops* in every room: the log lost its end, or is another one."""
        self.epoch = epoch
        for id, top in tops.items():
            if room := self._rooms.get(id):
                room.reset(top)
                for client in tuple(room.members):
                    self._restart(client, id, top)

    def gap(self, conversation: int, have: int, first: int, top: int) -> Gap:
        """Answers what tells a client that something is lacking for good."""
        self._figures.gaps += 1
        return Gap(conversation_address(conversation), have, first, top, self.epoch)

    def _restart(self, client: Client, conversation: int, top: int) -> None:
        have = client.cursors[conversation]
        if have != UNSETTLED:  # else it is being greeted, and is placed by what the log says now
            client.send(self.gap(conversation, have, top + 1, top))
            client.cursors[conversation] = top

    async def _bring_level(self, client: Client) -> None:
        while not client.is_closed:
            await client.transport.drained()
            room = self._rooms.behind(client)
            if room is None:  # level, and nothing can come between: no await follows
                client.lagging = False
                return
            try:
                await self._slice(client, room)
            except Unavailable as exc:
                await self._pause(exc.retry_after or RETRY_SECONDS)
            await asyncio.sleep(0)  # the others' turn, even where nothing has to be waited for

    async def _slice(self, client: Client, room: Room) -> None:
        cursor = client.cursors[room.id]
        gap, run = await self.read(room.id, cursor)
        if not run.bundle.texts:  # the log is shorter than it was: start again from its end
            gap, run = (
                self.gap(room.id, cursor, room.top + 1, room.top),
                Run(room.id, room.top + 1, ()),
            )
        if gap is not None and client.cursors.get(room.id) == cursor:
            client.send(gap)
            client.cursors[room.id] = gap.first - 1
        for bundle in bundled(run.bundle.texts):
            part = Run(run.conversation, run.first, bundle)
            run = run.after(part.last)
            if client.cursors.get(room.id) != part.first - 1:
                return  # it left, or went back meanwhile: what was read no longer joins
            client.feed(part)
            await client.transport.drained()

    def _ended(self, client: Client, task: asyncio.Task[None]) -> None:
        if self._tasks.get(client) is task:
            del self._tasks[client]
        if not task.cancelled() and (exc := task.exception()) is not None:
            client.close(CloseCode.SERVER_ERROR, "catch-up")
            task.get_loop().call_exception_handler({"message": "catch-up failed", "exception": exc})

"""The hub: one door in for messages, one way out to every client."""

from __future__ import annotations

import asyncio
import contextvars
import uuid
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import cached_property

from pkg.clock import Clock
from pkg.hub.amend import Amender
from pkg.hub.bus import Bus
from pkg.hub.bus.drivers.memory import MemoryBus
from pkg.hub.catchup import CatchUp
from pkg.hub.client import Client, Dialect, Identity, Run
from pkg.hub.commit import GroupCommit, Told
from pkg.hub.company.hints import Hints
from pkg.hub.config import HubConfig
from pkg.hub.errors import CloseCode, HubStopped
from pkg.hub.exit import Exit
from pkg.hub.figures import Figures
from pkg.hub.manager import ClientManager
from pkg.hub.message import Gap, Notice
from pkg.hub.nodes.envelope import pack, unpack
from pkg.hub.nodes.relay import Relay
from pkg.hub.nodes.takeover import Takeover
from pkg.hub.room import Flusher, Rooms
from pkg.hub.seating import Seating
from pkg.hub.socket.outlet import Crowd, Outlet
from pkg.hub.socket.transport import Terms, Transport
from pkg.hub.store import Ack, Draft, MessageStore

NOTICE = "notice"
SWEEP_SECONDS = 1.0


class Hub:
    """Clients, rooms and the log's one writer on this node.

    A message is committed, then acked and published; what is published reaches every member of its
    room in the order of the log. See docs/pkg/hub.md for what that promises.
    """

    def __init__(
        self,
        store: MessageStore,
        config: HubConfig,
        clock: Clock,
        *,
        limited: bool = True,
        bus: Bus | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        rest: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.config = config
        self.clock = clock
        self.limited = limited
        self.node = uuid.uuid4().hex[:8]
        self.figures = Figures()
        self.manager = ClientManager(config, clock, limited=limited)
        # Work for a client runs in this: a publisher, or a protocol, has a context of its own.
        self.context = contextvars.copy_context()
        self._store = store
        self._outlet = Outlet(_soon, self.figures)
        self._crowd = Crowd(_soon, clock.monotonic, self.figures)
        flusher = Flusher(self._later, self._outlet.flush, figures=self.figures)
        self._rooms = Rooms(flusher.mark)
        self._catch_up = CatchUp(store, self._rooms, figures=self.figures, pause=pause)
        self.relay = self._relay(bus or MemoryBus(), rest)
        self.relay.on(NOTICE, self._noticed)
        self._takeover = Takeover(self.manager, self.relay, clock, self._close)
        self.commit = GroupCommit(
            store,
            self._committed,
            clock,
            batch=config.batch,
            queue=config.queue,
            queue_age=config.queue_age,
            unacked=config.unacked,
            repeated=self.relay.repeat,
            figures=self.figures,
        )
        hints = Hints(self._rooms, self.manager.of_user, self.relay)
        self.whisper, self.tell = hints.whisper, hints.tell
        self.amender = Amender(store, self._rooms, most=4 * config.outbox_high)
        self.seating = Seating(store, self._rooms, self.manager, self.relay, self._catch_up)
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._exit = Exit(self.manager, self.commit.settle)
        self.gone: Callable[[Client], None] = _nothing  # called with each client forgotten
        self.stored: Callable[[Sequence[tuple[Draft, Ack]]], None] = _nothing  # and with each batch

    async def start(self) -> None:
        """Reads the log's epoch and begins to commit and to sweep.

        Raises:
            Unavailable: the store is away.
            BusRefused: the bus will not have this node.
        """
        await self.relay.start()
        self._catch_up.epoch = self.relay.epoch
        self._tasks = (asyncio.create_task(self.commit.run()), asyncio.create_task(self._sweep()))

    async def stop(self) -> None:
        """Commits what is queued, closes every client and ends. A second call does nothing."""
        self._exit.is_closed = True
        if not self._tasks:
            return
        if not self._tasks[0].done():
            await self.commit.settle()
        await self.relay.stop()
        for client in tuple(self.manager.clients):
            client.close(CloseCode.GOING_AWAY, "going away", linger=True)
        await self._catch_up.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = ()

    async def drain(self, grace: float) -> None:
        """Sends clients elsewhere over *grace* seconds and takes in no others; see `Exit.drain`."""
        await self._exit.drain(grace)

    def send_away(self, *, after: float) -> None:
        """Closes everybody, who may come back in *after* seconds; see `Exit.send_away`."""
        self._exit.send_away(after)

    @property
    def epoch(self) -> str:
        """What names the log; a client that knew another knows nothing."""
        return self._catch_up.epoch

    async def post(self, draft: Draft) -> Ack:
        """Stores *draft*, tells the room, and answers once it is committed.

        Raises:
            Unavailable: the store is away or busy; try again under the same ref.
            IdReused: the sender's ref stands for another message here.
            ConversationGone: there is no such conversation.
            MessageRefused: the store will not take it.
        """
        return await self.commit.acked(draft)

    def submit(self, draft: Draft, told: Told) -> None:
        """Queues *draft*; *told* hears later what became of it; see `GroupCommit.submit`."""
        self.commit.submit(draft, told)

    async def history(self, conversation: int, after: int, limit: int) -> tuple[Gap | None, Run]:
        """Answers up to *limit* messages after *after*, and what stands between, if anything does.

        Raises:
            Unavailable: the ring does not have them, and the store is away.
        """
        return await self._catch_up.history(conversation, after, limit)

    def open(
        self, transport: Transport, *, dialect: Dialect, ip: str = "", address: str = ""
    ) -> Client:
        """Takes in an accepted socket. It has to say hello in time; `forget` it at its end.

        Raises:
            HubStopped: this node goes away.
            TooManySockets: there are as many as there may be.
        """
        if self._exit.is_closed:
            raise HubStopped("the hub is draining")
        client = Client(
            transport,
            dialect=dialect,
            ip=ip,
            address=address,
            opened_at=self.clock.monotonic(),
            heal=self.seating.heal,
        )
        self.manager.register(client)
        self.figures.opened += 1
        return client

    @cached_property
    def terms(self) -> Terms:
        """What a socket's transport has to keep to."""
        config = self.config
        return Terms(
            self._outlet,
            self._crowd,
            max_size=config.max_size,
            high=config.outbox_high,
            low=config.outbox_low,
            packs=config.compression,
        )

    def identify(self, client: Client, identity: Identity) -> None:
        """Notes who *client* is; see `ClientManager.identify`.

        Where HUB_SINGLE_DEVICE asks for it, the user's other devices are closed on every node.
        """
        if self.config.single_device and client.identity is None:
            self._takeover.by(identity)
        self.manager.identify(client, identity)

    def forget(self, client: Client) -> None:
        """Lets go of a client whose socket ended or is about to; a second call does nothing."""
        for id in tuple(client.cursors):
            self._rooms.leave(client, id)
        self._catch_up.stop(client)
        if self.manager.unregister(client):
            self.figures.closed[client.transport.code] += 1
            self.gone(client)
        if not self.manager.clients:
            self._exit.emptied.set()

    def notice(self, text: str, *, ignore: Client | None = None) -> None:
        """Tells plain clients something that is stored nowhere, where HUB_NOTICES asks for it.

        Those of other nodes too, where these ask for it as well.
        """
        if self.config.notices:
            self.manager.send(Notice(f"/{text}"), ignore=ignore)
            self.relay.say(NOTICE, pack(text))

    @property
    def clients(self) -> int:
        """How many sockets this node has open."""
        return len(self.manager.clients)

    @property
    def rooms(self) -> int:
        """How many conversations have a client here."""
        return len(self._rooms)

    def sessions(self) -> list[int]:
        """Answers the sessions that have a socket open here."""
        return self.manager.sessions()

    def sockets_of(self, session_id: int) -> int:
        return len(self.manager.of_session(session_id))

    def close_session(self, session_id: int, code: int, reason: str) -> int:
        """Closes the session's sockets and answers how many; nothing reaches them after."""
        return self._close(self.manager.of_session(session_id), code, reason)

    def close_user(self, user_id: int, code: int, reason: str) -> int:
        """Closes the user's sockets and answers how many; nothing reaches them after."""
        return self._close(self.manager.of_user(user_id), code, reason)

    def sweep(self) -> None:
        """Closes who is silent, stuck or out of time; runs every second by itself."""
        self.manager.sweep()

    def _close(self, clients: Iterable[Client], code: int, reason: str) -> int:
        closed = tuple(clients)
        for client in closed:
            client.close(code, reason)
            self.forget(client)  # at once: no flush may find it
        return len(closed)

    def _relay(self, bus: Bus, pause: Callable[[float], Awaitable[object]]) -> Relay:
        return Relay(
            bus,
            self._store,
            self._rooms,
            self.clock,
            node=self.node,
            adopted=self._catch_up.adopt,
            pause=pause,
        )

    def _noticed(self, body: bytes) -> None:
        if self.config.notices:
            self.manager.send(Notice(f"/{unpack(body, str)}"))

    def _committed(self, batch: Sequence[tuple[Draft, Ack]]) -> None:
        self.relay.publish(batch)
        self.stored(batch)

    def _later(self, call: Callable[[], None]) -> object:
        loop = asyncio.get_running_loop()
        if self.config.tick_ms:
            return loop.call_later(self.config.tick_ms / 1000, call)
        return _soon(call)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                self.manager.sweep()
            except Exception as exc:  # noqa: BLE001  else nobody here would ever expire again
                asyncio.get_running_loop().call_exception_handler(
                    {"message": "a sweep of the sockets failed", "exception": exc}
                )


def _nothing(_: object) -> None:
    pass


def _soon(call: Callable[[], None]) -> object:
    return asyncio.get_running_loop().call_soon(call)

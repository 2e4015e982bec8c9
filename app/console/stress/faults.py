"""Does to a run what its plan says."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence

from app.console.stress.device import SILENCE, Device
from app.console.stress.node import Node, OwnRedis
from app.console.stress.notes import BETWEEN, Notes, now
from app.console.stress.place import opened
from app.console.stress.plan import Fault
from app.console.stress.proxy import Proxy
from pkg.errors import Unavailable

LOUD, LOUD_BYTES = 30, 15_000  # messages a second beside a reader that stopped: more than TCP keeps
AWAY = SILENCE + 1.0  # seconds until a client has noticed that its connection is dead
REST = 1.0  # seconds a node needs after it stood still
LOGOUT = (
    "POST /api/v1/auth/logout HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
)
ENDED = {b"200", b"204", b"401"}  # the last: an earlier try came through


class Injector:
    """Runs faults against nodes, Redis, database and clients; what ends them is in each."""

    def __init__(
        self,
        nodes: Sequence[Node],
        devices: Sequence[Device],
        notes: Notes,
        *,
        redis: OwnRedis | None,
        database_url: str,
    ) -> None:
        self._nodes = nodes
        self._devices = devices
        self._notes = notes
        self._redis = redis
        self._redis_turn = asyncio.Lock()
        self._database_url = database_url
        self._by_name: Mapping[str, Callable[[Fault], Awaitable[None]]] = {
            "kill": self._kill,
            "stop": self._stop,
            "drain": self._drain,
            "cut": self._cut,
            "half-open": self._deafen,
            "delay": self._delay,
            "slow": self._slow,
            "redis-restart": self._restart_redis,
            "redis-flush": self._flush_redis,
            "lock": self._lock,
            "revoke": self._revoke,
        }

    async def run(self, faults: Sequence[Fault], *, began: float) -> None:
        """Injects *faults* at their times and returns when the last one is over."""
        async with asyncio.TaskGroup() as group:
            for fault in faults:
                group.create_task(self._one(fault, began))

    async def _one(self, fault: Fault, began: float) -> None:
        await asyncio.sleep(began + fault.at - now())
        await self._by_name[fault.name](fault)

    async def _kill(self, fault: Fault) -> None:
        node = self._nodes[fault.node]
        async with node.turn:
            with self._notes.trouble("kill", node.number, after=REST):
                await node.kill()
                await asyncio.sleep(fault.lasts)
                await node.start()

    async def _stop(self, fault: Fault) -> None:
        node = self._nodes[fault.node]
        async with node.turn:
            with self._notes.trouble("stop", node.number, after=AWAY):
                node.freeze()
                try:
                    await asyncio.sleep(fault.lasts)
                finally:
                    node.thaw()

    async def _drain(self, fault: Fault) -> None:
        node = self._nodes[fault.node]
        async with node.turn:
            with self._notes.trouble("drain", node.number, after=REST):
                code = await node.drain()
                if code != 0:
                    self._notes.wrong.append(f"node {node.number}: SIGTERM ended it with {code}")
                await asyncio.sleep(fault.lasts)
                await node.start()

    async def _cut(self, fault: Fault) -> None:
        after = AWAY if fault.line == "redis" else REST
        with self._notes.trouble("cut", self._judged(fault), after=after):
            self._line(fault).cut()

    async def _deafen(self, fault: Fault) -> None:
        with self._notes.trouble("half-open", self._judged(fault), after=AWAY):
            self._line(fault).deafen()

    async def _delay(self, fault: Fault) -> None:
        line = self._line(fault)
        with self._notes.trouble("delay", self._judged(fault), after=REST):
            line.delay = 0.1 + fault.lasts / 10
            try:
                await asyncio.sleep(fault.lasts)
            finally:
                line.delay = 0.0

    async def _slow(self, fault: Fault) -> None:
        device, since = self._devices_of(fault.user)[0], now()
        device.reads.clear()
        loud = self._devices_of(fault.user + 1)[0]
        try:
            while now() < since + fault.lasts:
                loud.say("", f"{loud.view.name} ".ljust(LOUD_BYTES, "!"))
                await asyncio.sleep(1 / LOUD)
        finally:
            device.reads.set()
            self._notes.slow.append((device.view.name, since, now()))

    async def _restart_redis(self, fault: Fault) -> None:
        if self._redis is None:
            return
        async with self._redis_turn:
            with self._notes.trouble("redis-restart", BETWEEN, after=AWAY):
                await self._redis.kill()
                await asyncio.sleep(fault.lasts)
                await self._redis.start()

    async def _flush_redis(self, _: Fault) -> None:
        if self._redis is not None:
            await self._redis.flush()

    async def _lock(self, fault: Fault) -> None:
        with self._notes.trouble("lock", None, after=REST), contextlib.suppress(Unavailable):
            async with opened(self._database_url) as database, database.transaction():
                if database.dialect != "sqlite":  # there the transaction itself locks everybody out
                    await database.fetch("SELECT id FROM conversations ORDER BY id FOR UPDATE")
                await asyncio.sleep(fault.lasts)

    async def _revoke(self, fault: Fault) -> None:
        device = self._devices_of(fault.user)[0]
        session, token = (
            device.session,
            device.person.tokens[device.person.sessions.index(device.session)],
        )
        if session in self._notes.ended or session == device.person.sessions[-1]:
            return
        for number in range(100):
            node = self._nodes[(fault.node + number) % len(self._nodes)]
            self._notes.ended[session] = now()  # from here on 4403 is right
            if await _logged_out(node.door.port, token):
                self._notes.ended[session] = now()
                return
            await asyncio.sleep(0.1)
        del self._notes.ended[session]

    def _devices_of(self, user: int) -> list[Device]:
        people = list(dict.fromkeys(device.person.address for device in self._devices))
        address = people[user % len(people)]
        return [device for device in self._devices if device.person.address == address]

    def _line(self, fault: Fault) -> Proxy:
        node = self._nodes[fault.node]
        return node.redis if fault.line == "redis" else node.door

    def _judged(self, fault: Fault) -> int:
        """Answers the node that cannot be judged; away from Redis it has to hold all the same."""
        return BETWEEN if fault.line == "redis" else fault.node


async def _logged_out(port: int, token: str) -> bool:
    try:
        async with asyncio.timeout(3):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(LOGOUT.format(token=token).encode())
            line = await reader.readline()
    except (OSError, TimeoutError):
        return False
    writer.close()
    return line[9:12] in ENDED

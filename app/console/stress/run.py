"""A run from its plan to its verdict."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from app.console.stress.device import LOBBY, Device
from app.console.stress.faults import Injector
from app.console.stress.node import Node, OwnRedis, Start
from app.console.stress.notes import Notes, View, now
from app.console.stress.place import Place, furnished, opened, scratch
from app.console.stress.plan import DEVICES, RATE, USERS, Plan, chance
from app.console.stress.proxy import Address, Proxy
from app.console.stress.verdict import broken, read_stored, read_tops
from app.kernel import Kernel

LEVEL_SECONDS = 45.0  # the hub's own sweep, which finds what a dead node never told, takes 25
PULSE = 0.1


@dataclass(frozen=True, slots=True)
class Stage:
    """What a run needs beside its plan; *entry* is the script that has `serve`."""

    kernel: Kernel
    folder: Path
    database: str | None = None
    redis: str | None = None
    entry: Sequence[str] = ("main.py",)
    tell: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run."""

    notes: Notes
    broken: list[str] = field(default_factory=list)
    stored: int = 0


async def play(stage: Stage, plan: Plan) -> Outcome:
    """Plays *plan* and judges it. No process, database or port outlives it, cancelled or not.

    Raises:
        Stop: a part could not be started.
        Unavailable: the database does not answer.
    """
    notes = Notes()
    async with AsyncExitStack() as stack:
        redis, target, redis_url = await _redis(stage, stack)
        url = await stack.enter_async_context(scratch(stage.database, stage.folder))
        place = await furnished(stage.kernel, plan, url, redis_url)
        nodes = await _nodes(stage, plan, place, target, stack)
        devices = _devices(plan, place, [node.door.port for node in nodes], notes)
        injector = Injector(nodes, devices, notes, redis=redis, database_url=url)
        for node in nodes:
            stage.tell(f"node {node.number}: process {node.pid}, http://127.0.0.1:{node.door.port}")
        async with _alive(devices, notes):
            began = now()
            await injector.run(plan.faults, began=began)
            await asyncio.sleep(began + plan.seconds - now())
            for device in devices:
                device.is_quiet = True
            notes.wrong += await _level(devices, url)
        for node, code in zip(nodes, await _drained(nodes), strict=True):
            if code != 0:
                notes.wrong.append(f"node {node.number}: SIGTERM ended it with {code}")
        async with opened(url) as database:
            stored = await read_stored(database)
    return Outcome(notes, broken(plan, notes, stored), sum(map(len, stored.logs.values())))


async def _redis(stage: Stage, stack: AsyncExitStack) -> tuple[OwnRedis | None, Address, str]:
    """Answers our own Redis if it is one, where it is, and its URL with a place for the port."""
    if stage.redis is not None:
        parts = urlsplit(stage.redis)
        place = parts.netloc.rpartition("@")
        netloc = f"{place[0]}{place[1]}127.0.0.1:{{port}}"
        where = (parts.hostname or "127.0.0.1", parts.port or 6379)
        return None, where, urlunsplit(parts._replace(netloc=netloc))
    redis = OwnRedis(stage.folder)
    stack.push_async_callback(redis.kill)
    await redis.start()
    return redis, redis.path, "redis://127.0.0.1:{port}/0"


async def _nodes(
    stage: Stage, plan: Plan, place: Place, redis: Address, stack: AsyncExitStack
) -> list[Node]:
    start = Start(stage.kernel.root, stage.folder, place.env, stage.entry)
    nodes: list[Node] = []
    for number in range(plan.nodes):
        line = Proxy(redis)
        stack.push_async_callback(line.close)
        await line.start()
        node = Node(number, start, line)
        stack.push_async_callback(node.door.close)
        stack.push_async_callback(node.kill)
        await node.door.start()
        nodes.append(node)
    async with asyncio.TaskGroup() as group:
        for node in nodes:
            group.create_task(node.start())
    return nodes


async def _drained(nodes: Sequence[Node]) -> list[int | None]:
    return await asyncio.gather(*(node.drain() for node in nodes))


def _devices(plan: Plan, place: Place, doors: Sequence[int], notes: Notes) -> list[Device]:
    made: list[Device] = []
    for number in range(USERS * DEVICES):
        person = place.people[number % USERS]
        view = View(f"{person.address}/{number // USERS}", person.address)
        rng = chance(f"{plan.seed}/{number}")
        device = Device(view, person, doors, notes, rng=rng)
        device.door, device.rate = number % len(doors), RATE / (USERS * DEVICES)
        device.twin = made[number - USERS] if number >= USERS else None
        notes.views[view.name] = view
        made.append(device)
    return made


@asynccontextmanager
async def _alive(devices: Sequence[Device], notes: Notes) -> AsyncIterator[None]:
    """Lets *devices* talk in the block; a bug in one of them ends it."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(device.live()) for device in devices]
        tasks.append(group.create_task(_pulse(notes)))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


async def _pulse(notes: Notes) -> None:
    while True:
        due = now() + PULSE
        await asyncio.sleep(PULSE)
        notes.lag = max(notes.lag, now() - due)


async def _level(devices: Sequence[Device], url: str) -> list[str]:
    """Waits until every device has its acks and the whole log; answers which acks never came."""
    deadline = now() + LEVEL_SECONDS
    await _until(lambda: not any(device.unacked for device in devices), deadline)
    async with opened(url) as database:
        tops, members = await read_tops(database)
    await _until(lambda: all(_is_level(device, tops, members) for device in devices), deadline)
    return [
        f"{device.view.name}: {len(device.unacked)} messages have no ack, and all is well again"
        for device in devices
        if device.unacked
    ]


async def _until(claim: Callable[[], bool], deadline: float) -> None:
    while not claim() and now() < deadline:  # noqa: ASYNC110  a dozen devices, each at its pace
        await asyncio.sleep(PULSE)


def _is_level(device: Device, tops: dict[str, int], members: dict[str, frozenset[str]]) -> bool:
    here = [name for name in tops if name == LOBBY or device.view.user in members.get(name, ())]
    return all(device.view.cursors.get(name, 0) >= tops[name] for name in here)

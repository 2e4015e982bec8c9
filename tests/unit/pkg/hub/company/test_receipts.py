from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import pytest

from pkg.errors import Unavailable
from pkg.hub import Client
from pkg.hub.company.receipts import BATCH, MOST, Cursor, CursorStore, Receipt, Receipts
from pkg.hub.company.typists import CROWD

ROOM, ANN, BEN = 7, 1, 2


class FakeCursors(CursorStore):
    """Moves whatever it is given; raises `failure` while one is set, waits while `gate` is shut."""

    def __init__(self) -> None:
        self.batches: list[Sequence[Cursor]] = []
        self.failure: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def forward(self, cursors: Sequence[Cursor]) -> Sequence[Cursor]:
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        self.batches.append(cursors)
        return cursors


class Told:
    """Takes what is whispered to rooms and told to users."""

    def __init__(self) -> None:
        self.rooms: list[tuple[int, object]] = []
        self.users: list[tuple[list[int], object]] = []
        self.size = 2

    def whisper(self, conversation: int, frame: object, *, ignore: Client | None = None) -> None:
        self.rooms.append((conversation, frame))

    def tell(self, users: Iterable[int], frame: object) -> None:
        self.users.append((list(users), frame))

    def crowd(self, _: int) -> int:
        return self.size


@pytest.fixture
def store() -> FakeCursors:
    return FakeCursors()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def receipts(store: FakeCursors, told: Told) -> Receipts:
    return Receipts(store, told.whisper, told.tell, crowd=told.crowd)


async def test_what_a_user_tells_in_a_while_is_written_and_told_once(
    receipts: Receipts, store: FakeCursors, told: Told
) -> None:
    receipts.note(Cursor(ROOM, ANN, delivered=4))
    receipts.note(Cursor(ROOM, ANN, read=3))
    receipts.note(Cursor(ROOM, ANN, delivered=2, read=1))  # an older one comes late
    receipts.note(Cursor(ROOM, BEN, read=1))

    await receipts.flush()

    assert store.batches == [[Cursor(ROOM, ANN, 4, 3), Cursor(ROOM, BEN, 0, 1)]]
    assert told.rooms == [(ROOM, Receipt("c:7", "u:1", 4, 3)), (ROOM, Receipt("c:7", "u:2", 0, 1))]


async def test_with_nothing_to_write_nothing_is_asked_of_the_store(
    receipts: Receipts, store: FakeCursors
) -> None:
    receipts.note(Cursor(ROOM, ANN, read=3))
    await receipts.flush()
    await receipts.flush()

    assert len(store.batches) == 1


async def test_what_could_not_be_written_waits_and_goes_on_growing(
    receipts: Receipts, store: FakeCursors, told: Told
) -> None:
    store.failure = Unavailable("away")
    receipts.note(Cursor(ROOM, ANN, read=3))
    with pytest.raises(Unavailable):
        await receipts.flush()
    assert told.rooms == []

    receipts.note(Cursor(ROOM, ANN, delivered=5))
    store.failure = None
    await receipts.flush()

    assert store.batches == [[Cursor(ROOM, ANN, 5, 3)]]


async def test_what_comes_while_a_write_is_under_way_is_in_the_next(
    receipts: Receipts, store: FakeCursors
) -> None:
    store.gate.clear()
    receipts.note(Cursor(ROOM, ANN, read=3))
    flushes = [asyncio.create_task(receipts.flush()) for _ in range(2)]
    await asyncio.sleep(0)
    receipts.note(Cursor(ROOM, ANN, read=4))
    store.gate.set()
    await asyncio.gather(*flushes)

    assert store.batches == [[Cursor(ROOM, ANN, read=3)], [Cursor(ROOM, ANN, read=4)]]


async def test_batches_are_bounded(receipts: Receipts, store: FakeCursors) -> None:
    for user in range(1, 2 * BATCH + 2):
        receipts.note(Cursor(ROOM, user, read=1))

    await receipts.flush()

    assert [len(batch) for batch in store.batches] == [BATCH, BATCH, 1]


async def test_what_waits_for_a_store_that_is_away_is_bounded(
    receipts: Receipts, store: FakeCursors
) -> None:
    for user in range(1, MOST + 10):
        receipts.note(Cursor(ROOM, user, read=1))
    receipts.note(Cursor(ROOM, ANN, read=2))  # who waits already may go on

    assert len(receipts) == MOST
    await receipts.flush()
    assert store.batches[0][0] == Cursor(ROOM, ANN, read=2)


async def test_in_a_crowd_only_the_readers_own_devices_are_told(
    receipts: Receipts, told: Told
) -> None:
    told.size = CROWD + 1
    receipts.note(Cursor(ROOM, ANN, read=3))

    await receipts.flush()

    assert told.rooms == []
    assert told.users == [([ANN], Receipt("c:7", "u:1", 0, 3))]

"""The laws of message logs, over the one in memory and the one in each database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from app.providers.messages import DatabaseMessages
from pkg.clock import FakeClock
from pkg.database import Database, DatabaseUnavailable, Duplicate, Row
from pkg.errors import Error, Unavailable
from pkg.hub import Ack, ConversationGone, Draft, IdReused, MessageRefused, MessageStore
from pkg.hub.commit import GroupCommit
from pkg.hub.drivers.fake import FakeStore
from pkg.testing import race
from tests.databases import DIALECTS, Ready, opened, ready

ROOM, OTHER, NOWHERE = 7, 8, 999
SERVERS = DIALECTS[1:]
WAITING_FOR_A_ROW = {
    "postgres": "SELECT pid FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'",
    "mysql": "SELECT id FROM information_schema.processlist"
    " WHERE db = DATABASE() AND info LIKE '%last_seq%FOR UPDATE' AND id <> CONNECTION_ID()",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A log, and the same one as another node sees it."""

    store: MessageStore
    other: MessageStore
    database: Database | None = None


@pytest.fixture(scope="module", params=["fake", *DIALECTS])
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ready | None]:
    if request.param == "fake":
        yield None
        return
    made = ready(request.param, tmp_path_factory.mktemp("messages"))
    yield made
    made.close()


@pytest.fixture
async def case(databases: Ready | None, clock: FakeClock, tmp_path: Path) -> AsyncIterator[Case]:
    if databases is None:
        store = FakeStore(clock, ROOM, OTHER)
        yield Case(store, store)
        return
    url = databases.fresh(tmp_path)
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(opened(url))
        two = await stack.enter_async_context(opened(url))
        for id in (ROOM, OTHER):
            await one.execute("INSERT INTO conversations (id, kind) VALUES (?, 'group')", [id])
        yield Case(DatabaseMessages(one, clock), DatabaseMessages(two, clock), one)


@pytest.fixture
def store(case: Case) -> MessageStore:
    return case.store


def draft(ref: str, content: str = "text", *, room: int = ROOM, sender: int = 1) -> Draft:
    return Draft(room, sender, ref, content)


def told(outcomes: Sequence[Ack | Error]) -> list[tuple[int, bool] | type[Error]]:
    """Answers (seq, dup) of each ack, the kind of each refusal."""
    return [
        (each.message.seq, each.dup) if isinstance(each, Ack) else type(each) for each in outcomes
    ]


async def test_a_batch_gets_the_next_seqs_in_its_order(store: MessageStore) -> None:
    assert told(await store.append([draft("a"), draft("b")])) == [(1, False), (2, False)]
    assert told(await store.append([draft("c")])) == [(3, False)]

    assert [message.id for message in await store.range(ROOM, 0, 10)] == ["a", "b", "c"]


async def test_conversations_count_apart(store: MessageStore) -> None:
    batch = [draft("a"), draft("a", room=OTHER), draft("b", room=OTHER), draft("b")]

    assert told(await store.append(batch)) == [(1, False), (1, False), (2, False), (2, False)]
    assert await store.tops([ROOM, OTHER]) == {ROOM: 2, OTHER: 2}


async def test_what_was_acked_comes_back_as_it_was(store: MessageStore, clock: FakeClock) -> None:
    clock.advance(0.123456)
    content = "你好 👋\n'; DROP TABLE messages; -- ? % $1"
    said = Draft(ROOM, 2**63 - 1, "ref", content, content_type="x/y", reply_to=3)

    (ack,) = await store.append([said])

    assert isinstance(ack, Ack)
    assert ack.message.at == "2026-01-01T00:00:00.123Z"
    assert await store.range(ROOM, 0, 1) == [ack.message]
    assert (ack.message.content, ack.message.reply_to) == (content, 3)
    assert ack.message.content_type == "x/y"
    assert ack.message.sender == f"u:{2**63 - 1}"


@pytest.mark.rule(70)
async def test_the_same_id_again_is_the_first_message(
    store: MessageStore, clock: FakeClock
) -> None:
    (first,) = await store.append([draft("a")])
    clock.advance(60)

    again, fresh = await store.append([draft("a"), draft("b")])

    assert isinstance(first, Ack)
    assert again == Ack(first.message, dup=True)
    assert told([fresh]) == [(2, False)]


async def test_the_same_id_twice_in_a_batch_is_one_message(store: MessageStore) -> None:
    batch = [draft("a"), draft("a"), draft("a", "other")]

    assert told(await store.append(batch)) == [(1, False), (1, True), IdReused]
    assert await store.tops([ROOM]) == {ROOM: 1}


async def test_an_id_is_its_senders_and_its_conversations(store: MessageStore) -> None:
    batch = [draft("a"), draft("a", sender=2), draft("a", room=OTHER), draft("A")]

    assert told(await store.append(batch)) == [(1, False), (2, False), (1, False), (3, False)]


async def test_the_same_id_with_other_content_is_refused_alone(store: MessageStore) -> None:
    await store.append([draft("a")])

    batch = [draft("b"), draft("a", "changed"), draft("c")]
    assert told(await store.append(batch)) == [(2, False), IdReused, (3, False)]


async def test_an_unknown_conversation_is_refused_alone(store: MessageStore) -> None:
    batch = [draft("a"), draft("b", room=NOWHERE), draft("c")]

    assert told(await store.append(batch)) == [(1, False), ConversationGone, (2, False)]


async def test_a_range_begins_after_its_cursor_and_ends_at_its_limit(store: MessageStore) -> None:
    await store.append([draft(str(n)) for n in range(1, 8)])

    assert [message.seq for message in await store.range(ROOM, 2, 3)] == [3, 4, 5]
    assert [message.seq for message in await store.range(ROOM, 5, 100)] == [6, 7]
    assert list(await store.range(ROOM, 7, 100)) == []
    assert list(await store.range(NOWHERE, 0, 100)) == []


async def test_an_empty_conversation_has_top_nothing(store: MessageStore) -> None:
    assert (await store.tops([ROOM]))[ROOM] == 0
    assert await store.tops([]) == {}


async def test_an_epoch_names_the_log(case: Case) -> None:
    assert await case.store.epoch() == await case.other.epoch() != ""


@pytest.mark.rule(77)
async def test_nodes_that_append_at_once_leave_one_order_without_holes(case: Case) -> None:
    def batch(number: int) -> list[Draft]:
        rooms = (ROOM, OTHER) if number % 2 else (OTHER, ROOM)
        return [draft(f"{number}.{n}", room=rooms[n % 2], sender=number) for n in range(6)]

    sides = (case.store, case.other)
    outcomes = await race(12, lambda n: sides[n % 2].append(batch(n)))

    seqs: dict[str, list[int]] = {"c:7": [], "c:8": []}
    for one in outcomes:
        assert not isinstance(one, BaseException), one
        mine: dict[str, list[int]] = {"c:7": [], "c:8": []}
        for ack in one:
            assert isinstance(ack, Ack)
            mine[ack.message.conversation].append(ack.message.seq)
        for name, found in mine.items():
            assert found == sorted(found)
            seqs[name] += found
    assert [sorted(found) for found in seqs.values()] == [list(range(1, 37))] * 2
    for room in (ROOM, OTHER):
        assert [m.seq for m in await case.other.range(room, 0, 100)] == list(range(1, 37))


@pytest.mark.rule(70)
async def test_of_nodes_that_append_one_id_at_once_one_stores_it(case: Case) -> None:
    sides = (case.store, case.other)

    outcomes = await race(20, lambda n: sides[n % 2].append([draft("same")]))

    found = [told(one)[0] for one in outcomes if not isinstance(one, BaseException)]
    assert sorted(found) == [(1, False)] + [(1, True)] * 19  # type: ignore[type-var]
    assert len(await case.store.range(ROOM, 0, 10)) == 1


async def test_a_batch_of_the_largest_size_is_one_transaction(store: MessageStore) -> None:
    batch = [draft(str(n), "x" * 100, room=(ROOM, OTHER)[n % 2]) for n in range(512)]

    assert len(await store.append(batch)) == 512
    assert told(await store.append(batch)) == [(n // 2 + 1, True) for n in range(512)]


@pytest.mark.rule(76)
@pytest.mark.parametrize("databases", DIALECTS, indirect=True)
async def test_of_a_batch_the_database_refuses_only_the_culprit_is(
    case: Case, clock: FakeClock
) -> None:
    commit = GroupCommit(case.store, lambda stored: None, clock)
    running = asyncio.create_task(commit.run())
    drafts = [draft(str(n), sender=2**63 if n == 5 else 1) for n in range(12)]  # beyond a BIGINT

    found = await asyncio.gather(*map(commit.acked, drafts), return_exceptions=True)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert [type(one) for one in found].index(MessageRefused) == 5
    seqs = [one.message.seq for one in found if isinstance(one, Ack)]
    assert seqs == list(range(1, 12))
    assert [message.id for message in await case.other.range(ROOM, 0, 100)] == [
        str(n) for n in range(12) if n != 5
    ]


@pytest.mark.parametrize("databases", DIALECTS, indirect=True)
async def test_a_store_that_is_away_says_so_and_nothing_is_half_done(case: Case) -> None:
    assert case.database is not None
    await case.database.close()

    for verb in (case.store.append([draft("a")]), case.store.range(ROOM, 0, 1)):
        with pytest.raises(Unavailable) as caught:
            await verb
        assert isinstance(caught.value, DatabaseUnavailable)
    assert await case.other.tops([ROOM]) == {ROOM: 0}

    await case.database.open()
    assert told(await case.store.append([draft("a")])) == [(1, False)]


@pytest.mark.parametrize("databases", DIALECTS, indirect=True)
async def test_pages_before_a_seq_end_right_below_it(case: Case, clock: FakeClock) -> None:
    assert isinstance(case.store, DatabaseMessages)
    await case.store.append([draft(str(n)) for n in range(1, 8)])

    assert [message.seq for message in await case.store.before(ROOM, 6, 3)] == [3, 4, 5]
    assert [message.seq for message in await case.store.before(ROOM, 2, 3)] == [1]
    clock.advance(timedelta(days=1).total_seconds())
    assert (await case.store.before(ROOM, 99, 1))[0].at == "2026-01-01T00:00:00.000Z"


async def test_of_all_who_give_the_log_a_new_name_one_does(case: Case) -> None:
    old = await case.store.epoch()
    names = await race(6, lambda n: (case.store, case.other)[n % 2].renew(old))

    assert len(set(names)) == 1
    assert {await case.store.epoch(), await case.other.epoch()} == set(names)
    assert names[0] != old


async def test_a_log_that_has_a_new_name_already_keeps_it(store: MessageStore) -> None:
    old = await store.epoch()
    new = await store.renew(old)

    assert await store.renew(old) == new


@pytest.mark.rule(70)
async def test_nodes_whose_batches_share_some_ids_store_each_once(case: Case) -> None:
    """Each batch has refs of its neighbours', refs of its own, and one of them twice."""
    sides = (case.store, case.other)

    def batch(number: int) -> list[Draft]:
        shared = [draft(f"s{number // 2}.{n}", room=(ROOM, OTHER)[n % 2]) for n in range(4)]
        own = [draft(f"o{number}.{n}") for n in range(2)]
        return [own[0], *shared, own[1], own[0]]

    outcomes = await race(16, lambda n: sides[n % 2].append(batch(n)))

    told_of = [each for one in outcomes for each in one]  # type: ignore[union-attr]
    acks = [each for each in told_of if isinstance(each, Ack)]
    assert len(acks) == len(told_of)
    stored: dict[tuple[str, str], int] = {}
    for ack in acks:
        name = ack.message.conversation, ack.message.id
        assert stored.setdefault(name, ack.message.seq) == ack.message.seq
    assert sum(not ack.dup for ack in acks) == len(stored) == 16 * 2 + 8 * 4
    for room in (ROOM, OTHER):
        seqs = [seq for (name, _), seq in stored.items() if name == f"c:{room}"]
        assert sorted(seqs) == list(range(1, len(seqs) + 1))
        assert [m.seq for m in await case.other.range(room, 0, 100)] == sorted(seqs)


async def test_a_batch_of_old_and_new_stores_the_new_in_its_order(store: MessageStore) -> None:
    await store.append([draft("a"), draft("b", room=OTHER)])

    batch = [draft("c"), draft("b", room=OTHER), draft("d"), draft("a"), draft("x", room=NOWHERE)]
    assert told(await store.append(batch)) == [
        (2, False), (1, True), (3, False), (1, True), ConversationGone,
    ]  # fmt: skip
    assert await store.tops([ROOM, OTHER]) == {ROOM: 3, OTHER: 1}


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
async def test_a_locked_file_is_away_after_its_time_and_nothing_is_half_stored(
    case: Case, clock: FakeClock, databases: Ready, tmp_path: Path
) -> None:
    assert case.database is not None
    async with opened(f"sqlite://{case.database.address.where}", lock_timeout=0.1) as third:
        impatient = DatabaseMessages(third, clock)
        async with case.database.transaction():
            async with asyncio.timeout(5):
                with pytest.raises(DatabaseUnavailable):
                    await impatient.append([draft("a"), draft("b", room=OTHER)])
        assert await case.other.tops([ROOM, OTHER]) == {ROOM: 0, OTHER: 0}

        assert told(await impatient.append([draft("a")])) == [(1, False)]


@pytest.mark.parametrize("databases", DIALECTS, indirect=True)
async def test_while_another_holds_a_conversation_a_batch_waits_and_goes_on_from_there(
    case: Case,
) -> None:
    assert case.database is not None
    assert isinstance(case.other, DatabaseMessages)
    async with case.database.transaction():
        await case.database.execute("UPDATE conversations SET last_seq = 5 WHERE id = ?", [ROOM])
        waiting = asyncio.ensure_future(case.other.append([draft("a")]))
        await asyncio.wait([waiting], timeout=0.05)
        assert not waiting.done()

    assert told(await waiting) == [(6, False)]


@pytest.mark.parametrize("databases", SERVERS, indirect=True)
async def test_a_line_that_is_cut_in_a_batch_is_away_and_nothing_is_half_stored(case: Case) -> None:
    assert case.database is not None
    batch = [draft("a"), draft("b", room=OTHER)]
    async with case.database.transaction():
        await case.database.execute("UPDATE conversations SET last_seq = 0 WHERE id = ?", [OTHER])
        waiting = asyncio.ensure_future(case.other.append(batch))
        await _cut(case.database)
        with pytest.raises(DatabaseUnavailable):
            await waiting

    assert await case.store.tops([ROOM, OTHER]) == {ROOM: 0, OTHER: 0}
    assert told(await case.other.append(batch)) == [(1, False), (1, False)]


async def _cut(database: Database) -> None:
    """Ends the connection that waits for a row, as a failover does."""
    postgres = database.dialect == "postgres"
    found: Sequence[Row] = ()
    async with asyncio.timeout(10):
        while not found:
            if postgres:  # it shows a transaction the same picture of others again and again
                await database.rows("SELECT pg_stat_clear_snapshot()")
            found = await database.rows(WAITING_FOR_A_ROW[database.dialect])
    for (id,) in found:
        await database.rows(f"SELECT pg_terminate_backend({id})" if postgres else f"KILL {id}")


@pytest.mark.parametrize("databases", DIALECTS, indirect=True)
async def test_a_seq_that_stands_already_is_no_dup_and_spoils_the_batch(case: Case) -> None:
    """Somebody turned the counter back: that must not be taken for a ref that was sent again."""
    assert case.database is not None
    await case.store.append([draft("a"), draft("b")])
    await case.database.execute("UPDATE conversations SET last_seq = 0 WHERE id = ?", [ROOM])

    with pytest.raises(Duplicate):
        await case.store.append([draft("c")])
    assert await case.store.tops([ROOM]) == {ROOM: 0}


@pytest.mark.parametrize("databases", DIALECTS, indirect=True)
async def test_a_cancelled_batch_is_stored_as_a_whole_or_not_at_all(case: Case) -> None:
    for turns in range(12):
        batch = [draft(f"{turns}.{n}", room=(ROOM, OTHER)[n % 2]) for n in range(6)]
        task = asyncio.ensure_future(case.store.append(batch))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    tops = await case.other.tops([ROOM, OTHER])
    assert tops[ROOM] == tops[OTHER]
    assert tops[ROOM] % 3 == 0
    for room in (ROOM, OTHER):
        found = [message.seq for message in await case.other.range(room, 0, 1000)]
        assert found == list(range(1, tops[room] + 1))

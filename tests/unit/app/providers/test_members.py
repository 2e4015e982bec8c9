from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.models import Conversation, Member, User, direct_key
from app.providers.members import CHANGED, IN_THE_LOBBY, MAX_AGE, MAX_ITEMS, Members
from app.providers.signals import SILENCE, Signals
from pkg.clock import FakeClock
from pkg.database import Database
from pkg.helpers.together import TURNS
from tests.databases import opened


class Node:
    """A node's memory over a database that counts what it is asked."""

    def __init__(self, database: Database, clock: FakeClock, *, most: int = MAX_ITEMS) -> None:
        self.signals = Signals(database, clock)
        self.members = Members(database, self.signals, clock, most=most)
        self.signals.on(CHANGED, self._changed)

    async def _changed(self, subject: str) -> None:
        self.members.forget(int(subject))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with opened(database_url, models=("app.models",)) as found:
        yield found


@pytest.fixture
async def node(database: Database, clock: FakeClock) -> Node:
    found = Node(database, clock)
    await found.signals.look()
    return found


async def users(count: int) -> list[int]:
    return [(await User.create(nickname=f"user {n}")).id for n in range(count)]


async def talk(one: int, other: int) -> int:
    """Makes the direct conversation of two."""
    made = await Conversation.create(kind="direct", direct_key=direct_key(one, other))
    await Member.bulk_create([Member(conversation_id=made.id, user_id=id) for id in {one, other}])
    return made.id


async def test_nothing_is_known_before_it_was_asked_for(node: Node) -> None:
    ann, ben = await users(2)
    await talk(ann, ben)

    assert node.members.standing(ann, f"u:{ben}") is None


async def test_everybody_is_in_the_lobby(node: Node) -> None:
    assert node.members.standing(1, "c:1") is IN_THE_LOBBY
    assert await node.members.load(1, "c:1") is IN_THE_LOBBY


async def test_what_was_read_is_known_by_the_address_it_was_read_for(node: Node) -> None:
    ann, ben = await users(2)
    id = await talk(ann, ben)

    for who, recipient in ((ann, f"u:{ben}"), (ben, f"u:{ann}"), (ann, f"c:{id}")):
        read = await node.members.load(who, recipient)

        assert read is not None
        assert (read.conversation, set(read.users)) == (id, {ann, ben})
        assert node.members.standing(who, recipient) is read


async def test_who_talks_to_themselves_has_a_conversation_too(node: Node) -> None:
    (ann,) = await users(1)
    id = await talk(ann, ann)

    found = [await node.members.load(ann, to) for to in (f"u:{ann}", f"c:{id}")]

    assert [each.conversation for each in found if each] == [id, id]


async def test_a_group_is_its_members(node: Node) -> None:
    ann, ben = await users(2)
    group = await Conversation.create(kind="group", owner_id=ann, last_seq=4)
    _ = await Member.create(conversation_id=group.id, user_id=ann)

    found = await node.members.load(ann, f"c:{group.id}")

    assert found is not None
    assert (found.conversation, found.users, found.top) == (group.id, (ann,), 4)
    assert await node.members.load(ben, f"c:{group.id}") is None


@pytest.mark.rule(69)
async def test_an_outsider_has_no_standing_and_is_asked_for_each_time(node: Node) -> None:
    ann, ben, eve = await users(3)
    id = await talk(ann, ben)

    for recipient in (f"c:{id}", f"u:{ann}", "c:999", "u:999", "c:9223372036854775807", "nobody"):
        assert await node.members.load(eve, recipient) is None
        assert node.members.standing(eve, recipient) is None


async def test_many_who_ask_at_once_get_their_own(node: Node) -> None:
    ann, ben, eve = await users(3)
    asks = [(ann, f"u:{ben}"), (eve, f"u:{ann}"), (ben, f"u:{eve}")]
    made = [await talk(ann, ben), await talk(eve, ann), await talk(ben, eve)]
    asks += [(ben, f"c:{made[0]}"), (ben, f"c:{made[1]}")]

    found = await asyncio.gather(*(node.members.load(*ask) for ask in asks))

    assert [each and each.conversation for each in found] == [*made, made[0], None]


@pytest.mark.rule(69)
async def test_nothing_counts_while_signals_are_not_read(node: Node, clock: FakeClock) -> None:
    ann, ben = await users(2)
    await talk(ann, ben)
    await node.members.load(ann, f"u:{ben}")

    clock.advance(SILENCE + 0.01)
    assert node.members.standing(ann, f"u:{ben}") is None

    await node.signals.look()
    assert node.members.standing(ann, f"u:{ben}") is not None


async def test_a_node_that_never_looked_believes_nothing(
    database: Database, clock: FakeClock
) -> None:
    node = Node(database, clock)
    ann, ben = await users(2)
    await talk(ann, ben)

    assert await node.members.load(ann, f"u:{ben}") is not None
    assert node.members.standing(ann, f"u:{ben}") is None


async def test_what_was_never_told_is_read_again_after_a_while(
    node: Node, clock: FakeClock
) -> None:
    ann, ben = await users(2)
    await talk(ann, ben)
    await node.members.load(ann, f"u:{ben}")

    clock.advance(MAX_AGE + 0.01)
    await node.signals.look()

    assert node.members.standing(ann, f"u:{ben}") is None


async def test_a_change_is_kept_to_at_once_where_it_is_made_and_elsewhere_with_the_next_look(
    database: Database, node: Node, clock: FakeClock
) -> None:
    other = Node(database, clock)
    await other.signals.look()
    ann, ben = await users(2)
    await talk(ann, ben)
    until = clock.now() + timedelta(minutes=1)
    for each in (node, other):
        await each.members.load(ann, f"u:{ben}")

    async with node.members.changing(ann):
        await Member.filter(user_id=ann).update(muted_until=until)

    assert node.members.standing(ann, f"u:{ben}") is None
    read = await node.members.load(ann, f"u:{ben}")
    assert read is not None
    assert read.muted_until == until
    assert other.members.standing(ann, f"u:{ben}") is not None
    await other.signals.look()
    assert other.members.standing(ann, f"u:{ben}") is None


async def test_a_change_that_is_rolled_back_is_none(node: Node) -> None:
    ann, ben = await users(2)
    await talk(ann, ben)
    read = await node.members.load(ann, f"u:{ben}")

    with pytest.raises(ZeroDivisionError):
        async with node.members.changing(ann):
            raise ZeroDivisionError
    await node.signals.look()

    assert node.members.standing(ann, f"u:{ben}") is read


async def test_a_closed_account_can_be_written_to_by_nobody(node: Node, clock: FakeClock) -> None:
    ann, ben = await users(2)
    id = await talk(ann, ben)
    for recipient in (f"u:{ben}", f"c:{id}"):
        await node.members.load(ann, recipient)

    async with node.members.changing(ben):
        await User.filter(id=ben).update(disabled_at=clock.now())

    for recipient in (f"u:{ben}", f"c:{id}"):
        assert node.members.standing(ann, recipient) is None
        assert await node.members.load(ann, recipient) is None


async def test_one_that_was_closed_until_now_can_be_written_to_again(
    node: Node, clock: FakeClock
) -> None:
    ann, ben = await users(2)
    await talk(ann, ben)
    until = clock.now() + timedelta(seconds=60)
    await User.filter(id=ben).update(disabled_at=clock.now(), disabled_until=until)

    assert await node.members.load(ann, f"u:{ben}") is None
    clock.advance(59)
    assert await node.members.load(ann, f"u:{ben}") is None
    clock.advance(1)
    assert await node.members.load(ann, f"u:{ben}") is not None


async def test_a_change_of_one_leaves_the_others_known(node: Node) -> None:
    ann, ben, eve = await users(3)
    await talk(ann, ben)
    await talk(eve, ben)
    for who in (ann, eve):
        await node.members.load(who, f"u:{ben}")

    node.members.forget(ann)

    assert node.members.standing(ann, f"u:{ben}") is None
    assert node.members.standing(eve, f"u:{ben}") is not None


@pytest.mark.rule(69)
async def test_what_changes_while_it_is_read_is_not_kept(node: Node) -> None:
    ann, ben = await users(2)
    await talk(ann, ben)

    reading = asyncio.ensure_future(node.members.load(ann, f"u:{ben}"))
    for _ in range(TURNS + 2):  # by then it is asked, and not answered
        await asyncio.sleep(0)
    node.members.forget(ben)

    assert await reading is not None
    assert node.members.standing(ann, f"u:{ben}") is None


async def test_a_node_that_missed_something_knows_nothing(node: Node) -> None:
    ann, ben = await users(2)
    await talk(ann, ben)
    await node.members.load(ann, f"u:{ben}")

    node.members.clear()

    assert node.members.standing(ann, f"u:{ben}") is None
    assert await node.members.load(ann, f"u:{ben}") is not None
    assert node.members.standing(ann, f"u:{ben}") is not None


async def test_it_keeps_a_bounded_number_the_newest(database: Database, clock: FakeClock) -> None:
    node = Node(database, clock, most=2)
    await node.signals.look()
    ann, *others = await users(4)
    for other in others:
        await talk(ann, other)
        await node.members.load(ann, f"u:{other}")

    known = [node.members.standing(ann, f"u:{other}") is not None for other in others]

    assert known == [False, True, True]


async def test_of_changes_too_many_to_keep_each_still_counts(
    database: Database, clock: FakeClock
) -> None:
    node = Node(database, clock, most=2)
    await node.signals.look()
    ann, ben = await users(2)
    await talk(ann, ben)
    await node.members.load(ann, f"u:{ben}")

    for changed in (ben, 997, 998, 999):
        node.members.forget(changed)

    assert node.members.standing(ann, f"u:{ben}") is None
    await node.members.load(ann, f"u:{ben}")
    assert node.members.standing(ann, f"u:{ben}") is not None

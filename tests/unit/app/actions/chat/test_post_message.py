from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.actions.chat.post_message import Said, post_message, submit_message
from app.container import Services, open_services
from app.errors import Muted, NotFound
from app.models import Member, User
from app.providers.signals import SILENCE
from pkg.clock import FakeClock
from pkg.errors import Error
from pkg.hub import Ack, Draft
from tests.site import settings


class Sender:
    """Somebody at a node, and what became of what they said, in its order."""

    def __init__(self, services: Services, id: int) -> None:
        self.services = services
        self.id = id
        self.told: list[Ack | Error] = []
        self._arrived = asyncio.Event()

    async def submit(self, text: str, to: str) -> bool:
        """Says it and tells whether it had its place in the queue at once."""
        waiting = submit_message(
            self.services, sender_id=self.id, recipient=to, said=Said(text), submit=self._submit
        )
        if waiting is None:
            return True
        await waiting
        return False

    async def hears(self, count: int) -> list[str]:
        """Waits for so many acks and answers what they are for."""
        async with asyncio.timeout(5):
            while len(self.told) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return [each.message.content for each in self.told if isinstance(each, Ack)]

    def _submit(self, draft: Draft) -> None:
        self.services.hub.submit(draft, self._tell)

    def _tell(self, outcome: Ack | Error) -> None:
        self.told.append(outcome)
        self._arrived.set()


@pytest.fixture
async def services(
    stores: dict[str, str], tmp_path: Path, clock: FakeClock
) -> AsyncIterator[Services]:
    async with open_services(settings(tmp_path, **stores), clock=clock) as found:
        await found.signals.look()
        yield found


@pytest.fixture
async def ann(services: Services) -> Sender:
    return Sender(services, (await User.create(nickname="ann")).id)


@pytest.fixture
async def ben() -> str:
    return f"u:{(await User.create(nickname='ben')).id}"


async def test_the_first_message_to_somebody_asks_the_database_and_the_next_does_not(
    ann: Sender, ben: str
) -> None:
    assert not await ann.submit("first", ben)
    assert await ann.submit("second", ben)

    assert await ann.hears(2) == ["first", "second"]


async def test_the_lobby_needs_no_question(ann: Sender) -> None:
    assert await ann.submit("hello", "c:1")

    assert await ann.hears(1) == ["hello"]


async def test_what_one_sender_says_in_turn_is_stored_in_turn(ann: Sender, ben: str) -> None:
    texts = [f"line {number}" for number in range(40)]

    for number, text in enumerate(texts):
        await ann.submit(text, "c:1" if number % 3 == 0 else ben)

    said = await ann.hears(40)
    assert [text for text in said if int(text[5:]) % 3] == [
        text for text in texts if int(text[5:]) % 3
    ]
    seqs = [
        each.message.seq for each in ann.told if isinstance(each, Ack) and each.message.recipient
    ]
    assert seqs == list(range(1, len(seqs) + 1))


@pytest.mark.rule(69)
async def test_who_is_muted_is_refused_at_once(services: Services, ann: Sender, ben: str) -> None:
    await ann.submit("hello", ben)
    async with services.members.changing(ann.id):
        until = services.clock.now() + timedelta(minutes=1)
        await Member.filter(user_id=ann.id).update(muted_until=until)

    for _ in range(2):  # read again, then remembered
        with pytest.raises(Muted):
            await ann.submit("again", ben)


@pytest.mark.rule(69)
@pytest.mark.parametrize("recipient", ["u:999999", "c:999999", "nobody"])
async def test_there_is_nobody_at_an_address_of_nobody(ann: Sender, recipient: str) -> None:
    for _ in range(2):
        with pytest.raises(NotFound):
            await ann.submit("hello", recipient)


async def test_the_database_is_asked_while_the_signals_are_silent(
    ann: Sender, ben: str, clock: FakeClock
) -> None:
    await ann.submit("hello", ben)

    clock.advance(SILENCE + 0.01)
    waiting = submit_message(
        ann.services, sender_id=ann.id, recipient=ben, said=Said("again"), submit=lambda _: None
    )

    assert waiting is not None
    await waiting


async def test_whoever_posts_is_told_when_it_is_stored(
    services: Services, ann: Sender, ben: str
) -> None:
    for seq in (1, 2):
        ack = await post_message(
            services, sender_id=ann.id, recipient=ben, said=Said("hello", ref=f"{seq}")
        )

        assert (ack.message.seq, ack.message.id, ack.dup) == (seq, f"{seq}", False)

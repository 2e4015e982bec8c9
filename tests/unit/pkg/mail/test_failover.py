from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pkg.clock import FakeClock
from pkg.mail import MailMessage, MailRefused, MailUnavailable
from pkg.mail.drivers.failover import FailoverDriver
from pkg.mail.drivers.fake import FakeDriver

MESSAGE = MailMessage(
    id="<1@example.com>",
    date=datetime(2026, 1, 1, tzinfo=UTC),
    sender="parley@example.com",
    to="ann@example.com",
    subject="x",
    locale="en",
    text="x",
    html="x",
)


@pytest.fixture
def first() -> FakeDriver:
    return FakeDriver()


@pytest.fixture
def second() -> FakeDriver:
    return FakeDriver()


@pytest.fixture
def both(first: FakeDriver, second: FakeDriver, clock: FakeClock) -> FailoverDriver:
    return FailoverDriver({"first": first, "second": second}, clock, rest=30)


async def test_the_first_driver_gets_it_while_it_works(
    both: FailoverDriver, first: FakeDriver, second: FakeDriver
) -> None:
    await both.send(MESSAGE)

    assert (len(first.sent), len(second.sent)) == (1, 0)


async def test_the_next_one_gets_it_when_one_is_down(
    both: FailoverDriver, first: FakeDriver, second: FakeDriver
) -> None:
    first.failure = MailUnavailable()

    receipt = await both.send(MESSAGE)

    assert receipt.id == "<1@example.com>"
    assert len(second.sent) == 1


async def test_a_refusal_is_not_carried_to_the_next(
    both: FailoverDriver, first: FakeDriver, second: FakeDriver
) -> None:
    first.failure = MailRefused()

    with pytest.raises(MailRefused):
        await both.send(MESSAGE)
    assert not second.sent


async def test_one_that_failed_rests_and_then_gets_another_chance(
    both: FailoverDriver, first: FakeDriver, clock: FakeClock
) -> None:
    first.failure = MailUnavailable()
    await both.send(MESSAGE)
    first.failure = None

    clock.advance(29)
    await both.send(MESSAGE)
    assert not first.sent

    clock.advance(1)
    await both.send(MESSAGE)
    assert len(first.sent) == 1


async def test_when_all_are_down_the_last_failure_is_told_and_all_are_asked_again(
    both: FailoverDriver, first: FakeDriver, second: FakeDriver
) -> None:
    first.failure, second.failure = MailUnavailable("one"), MailUnavailable("two")
    with pytest.raises(MailUnavailable, match="two"):
        await both.send(MESSAGE)
    first.failure = None

    await both.send(MESSAGE)

    assert len(first.sent) == 1


async def test_without_any_driver_sending_is_unavailable(clock: FakeClock) -> None:
    with pytest.raises(MailUnavailable):
        await FailoverDriver({}, clock).send(MESSAGE)

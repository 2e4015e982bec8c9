from __future__ import annotations

import pytest

from pkg.clock import FakeClock
from pkg.sms import SmsMessage, SmsRefused, SmsUnavailable
from pkg.sms.drivers.failover import FailoverDriver
from pkg.sms.drivers.fake import FakeDriver

MESSAGE = SmsMessage("+8613800138000", "login", {"code": "493817"})


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
    first.failure = SmsUnavailable()

    await both.send(MESSAGE)

    assert len(second.sent) == 1


async def test_a_refusal_is_not_carried_to_the_next(
    both: FailoverDriver, first: FakeDriver, second: FakeDriver
) -> None:
    first.failure = SmsRefused()

    with pytest.raises(SmsRefused):
        await both.send(MESSAGE)
    assert not second.sent


async def test_one_that_failed_rests_and_then_gets_another_chance(
    both: FailoverDriver, first: FakeDriver, second: FakeDriver, clock: FakeClock
) -> None:
    first.failure = SmsUnavailable()
    await both.send(MESSAGE)
    first.failure = None

    clock.advance(29)
    await both.send(MESSAGE)
    assert not first.sent

    clock.advance(1)
    await both.send(MESSAGE)
    assert len(first.sent) == 1


async def test_the_last_failure_is_told_when_all_are_down(
    both: FailoverDriver, first: FakeDriver, second: FakeDriver
) -> None:
    first.failure, second.failure = SmsUnavailable("one"), SmsUnavailable("two")

    with pytest.raises(SmsUnavailable, match="two"):
        await both.send(MESSAGE)


async def test_when_all_rest_all_are_asked_again(
    both: FailoverDriver, first: FakeDriver, second: FakeDriver
) -> None:
    first.failure = second.failure = SmsUnavailable()
    with pytest.raises(SmsUnavailable):
        await both.send(MESSAGE)
    first.failure = None

    await both.send(MESSAGE)

    assert len(first.sent) == 1


async def test_without_any_driver_sending_is_unavailable(clock: FakeClock) -> None:
    with pytest.raises(SmsUnavailable):
        await FailoverDriver({}, clock).send(MESSAGE)

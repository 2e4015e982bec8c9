from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from pkg.clock import FakeClock
from pkg.limiter import Counted, LimiterUnavailable, Quota
from pkg.limiter.drivers.fake import FakeLimits
from pkg.limiter.drivers.patient import Patient

QUOTA = Quota("login/3-M", "ann", 3, 60)


class Hanging(FakeLimits):
    """A store that answers no hit."""

    async def hit(self, quotas: Sequence[Quota], cost: int) -> Counted:
        self.asked.append(("hit", ""))
        await asyncio.Event().wait()
        raise AssertionError


@pytest.fixture
def store(clock: FakeClock) -> FakeLimits:
    return FakeLimits(clock)


@pytest.fixture
def patient(store: FakeLimits, clock: FakeClock) -> Patient:
    return Patient(store, clock)


@pytest.mark.rule(81)
async def test_a_store_that_hangs_is_given_up_in_time_and_then_left_alone(
    clock: FakeClock,
) -> None:
    store = Hanging(clock)
    patient = Patient(store, clock, patience=0.01)

    for _ in range(5):
        with pytest.raises(LimiterUnavailable) as refused:
            await asyncio.wait_for(patient.hit([QUOTA], 1), timeout=5)
        assert refused.value.retry_after == 1

    assert len(store.asked) == 1  # the other four did not wait at all


@pytest.mark.rule(81)
async def test_after_its_rest_one_caller_tries_and_all_go_on_when_it_went_well(
    patient: Patient, store: FakeLimits, clock: FakeClock
) -> None:
    store.failure = LimiterUnavailable("away", retry_after=1)
    for _ in range(3):
        with pytest.raises(LimiterUnavailable):
            await patient.hit([QUOTA], 1)
    assert len(store.asked) == 1

    clock.advance(1)
    with pytest.raises(LimiterUnavailable):
        await patient.look([QUOTA])
    with pytest.raises(LimiterUnavailable):
        await patient.refund([QUOTA], 1)
    assert len(store.asked) == 2

    store.failure = None
    clock.advance(1)
    assert (await patient.hit([QUOTA], 1)).allowed
    assert (await patient.look([QUOTA]))[0].used == 1


@pytest.mark.rule(81)
async def test_of_many_who_come_after_the_rest_one_waits(clock: FakeClock) -> None:
    store = Hanging(clock)
    patient = Patient(store, clock, patience=0.01)
    with pytest.raises(LimiterUnavailable):
        await patient.hit([QUOTA], 1)
    clock.advance(1)

    got = await asyncio.gather(
        *(patient.hit([QUOTA], 1) for _ in range(20)), return_exceptions=True
    )

    assert {type(refused) for refused in got} == {LimiterUnavailable}
    assert len(store.asked) == 2


async def test_a_bug_is_no_outage(patient: Patient, store: FakeLimits) -> None:
    store.failure = ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError):
        await patient.hit([QUOTA], 1)
    store.failure = None
    assert (await patient.hit([QUOTA], 1)).allowed

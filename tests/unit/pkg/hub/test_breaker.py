"""The breaker before the store: who passes, who is told at once, and when it closes."""

from __future__ import annotations

import pytest

from pkg.clock import FakeClock
from pkg.errors import Unavailable
from pkg.hub.breaker import FIRST_PAUSE, LONGEST_PAUSE, Breaker


@pytest.fixture
def breaker(clock: FakeClock) -> Breaker:
    return Breaker(clock)


def passes(breaker: Breaker) -> bool:
    try:
        breaker.enter()
    except Unavailable:
        return False
    return True


def test_all_pass_while_the_store_answers(breaker: Breaker) -> None:
    assert passes(breaker)
    breaker.succeed()

    assert passes(breaker)
    assert passes(breaker)
    assert breaker.failure is None


def test_after_a_failure_nobody_passes_until_the_pause_is_over(
    breaker: Breaker, clock: FakeClock
) -> None:
    breaker.fail(Unavailable("away"))
    clock.advance(FIRST_PAUSE - 0.01)
    assert not passes(breaker)

    clock.advance(0.02)
    assert passes(breaker)


def test_one_tries_and_the_others_are_told_at_once(breaker: Breaker, clock: FakeClock) -> None:
    breaker.fail(Unavailable("away"))
    clock.advance(FIRST_PAUSE)

    assert [passes(breaker) for _ in range(3)] == [True, False, False]
    breaker.succeed()
    assert [passes(breaker) for _ in range(3)] == [True, True, True]


def test_pauses_double_up_to_a_bound_and_begin_again_after_an_answer(
    breaker: Breaker, clock: FakeClock
) -> None:
    pauses = []
    for _ in range(6):
        pauses.append(breaker.fail(Unavailable("away")).retry_after)
        clock.advance(LONGEST_PAUSE)
        assert passes(breaker)
    assert pauses == [0.25, 0.5, 1.0, 2.0, 2.0, 2.0]

    breaker.succeed()
    breaker.fail(Unavailable("away"))
    assert not passes(breaker)
    clock.advance(FIRST_PAUSE)
    assert passes(breaker)


def test_each_is_told_what_the_store_said_in_an_error_of_its_own(breaker: Breaker) -> None:
    said = Unavailable("away", retry_after=3)
    breaker.fail(said)

    with pytest.raises(Unavailable, match="away") as one:
        breaker.enter()
    with pytest.raises(Unavailable) as two:
        breaker.enter()

    assert len({id(exc) for exc in (said, one.value, two.value)}) == 3
    assert one.value.retry_after == 3

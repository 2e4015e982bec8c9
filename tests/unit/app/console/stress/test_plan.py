"""A seed is a plan: the same one each time, and one in which everything asked for goes wrong."""

from __future__ import annotations

import pytest

from app.console.stress.plan import CALM, FAULTS, HINDERS, SESSIONS, USERS, Plan, drawn


def plan(seed: int = 1, **given: object) -> Plan:
    how = {"nodes": 3, "seconds": 20.0, "faults": tuple(FAULTS), **given}
    return drawn(seed, **how)  # type: ignore[arg-type]  # a test's own keywords


def test_a_seed_makes_the_same_plan_whatever_the_order_of_its_faults() -> None:
    assert plan(7) == plan(7, faults=sorted(FAULTS, reverse=True))
    assert str(plan(7).faults[0]) == str(plan(7).faults[0])


def test_another_seed_makes_another_plan() -> None:
    assert len({plan(seed).faults for seed in range(50)}) == 50


@pytest.mark.parametrize("seed", range(50))
def test_most_kinds_come_up_in_any_plan_and_all_over_a_few(seed: int) -> None:
    seen = {fault.name for each in range(seed, seed + 5) for fault in plan(each).faults}

    assert seen == set(FAULTS)
    assert len({fault.name for fault in plan(seed).faults}) >= len(FAULTS) - 3


def test_only_what_was_asked_for_goes_wrong() -> None:
    assert {fault.name for fault in plan(faults=("cut", "lock")).faults} == {"cut", "lock"}
    assert plan(faults=()).faults == ()


@pytest.mark.parametrize("seconds", [2.0, 5.0, 20.0, 60.0])
def test_faults_come_in_order_of_time_and_begin_within_it(seconds: float) -> None:
    for seed in range(50):
        times = [fault.at for fault in plan(seed, seconds=seconds).faults]
        assert times == sorted(times)
        assert all(0 < at < seconds for at in times)


@pytest.mark.parametrize("seed", range(50))
def test_around_a_revocation_no_node_is_touched(seed: int) -> None:
    faults = plan(seed).faults
    ends = [fault.at for fault in faults if fault.name == "revoke"]

    assert len(ends) < SESSIONS  # somebody whose last session ends cannot come back
    for fault in faults:
        if fault.name in HINDERS and fault.line != "redis":
            over = fault.at + fault.lasts + CALM
            assert not any(fault.at < at + CALM and at < over for at in ends)


def test_everybody_has_somebody_to_talk_to_at_some_seed() -> None:
    talks = [(*plan(seed).pairs, *plan(seed).strangers) for seed in range(20)]

    assert all(len(set(pairs)) == len(pairs) for pairs in talks)
    assert all(a != b for pairs in talks for a, b in pairs)
    assert {user for pairs in talks for pair in pairs for user in pair} == set(range(USERS))

from __future__ import annotations

import pytest

from app.console.doctor.check import Check, Finding, Level, Patient, odd, well, wrong
from app.console.doctor.examine import CHECKS, examine
from main import KERNEL
from pkg.errors import Unavailable


class Ill:
    """Something that is wrong until it is mended."""

    def __init__(self, *, can_be_mended: bool = True) -> None:
        self.is_ill = True
        self.looks = 0
        self._can_be_mended = can_be_mended

    async def look(self, patient: Patient) -> Finding:
        self.looks += 1
        return wrong("ill", "rest") if self.is_ill else well("well")

    async def mend(self, patient: Patient) -> str:
        self.is_ill = not self._can_be_mended
        return "rested"


async def fine(patient: Patient) -> Finding:
    return well("fine")


async def strange(patient: Patient) -> Finding:
    return odd("strange", "look at it")


async def away(patient: Patient) -> Finding:
    raise Unavailable("it went away")


@pytest.fixture
def patient() -> Patient:
    return Patient(KERNEL)


async def levels(patient: Patient, *checks: Check, fix: bool = False) -> list[Level]:
    return [found.level async for _, found, _ in examine(patient, checks, fix=fix)]


async def test_what_builds_on_something_wrong_is_skipped_and_so_is_what_builds_on_that(
    patient: Patient,
) -> None:
    found = await levels(
        patient,
        Check("a", Ill().look),
        Check("b", fine, needs=("a",)),
        Check("c", fine, needs=("b",)),
        Check("d", fine),
    )

    assert found == [Level.WRONG, Level.SKIPPED, Level.SKIPPED, Level.WELL]


async def test_what_is_odd_holds_nothing_up(patient: Patient) -> None:
    found = await levels(patient, Check("a", strange), Check("b", fine, needs=("a",)))

    assert found == [Level.ODD, Level.WELL]


async def test_what_is_mended_is_looked_at_once_more(patient: Patient) -> None:
    ill = Ill()

    ((_, found, done),) = [
        each async for each in examine(patient, [Check("a", ill.look, fix=ill.mend)], fix=True)
    ]

    assert (found.level, done, ill.looks) == (Level.WELL, "rested", 2)


async def test_what_cannot_be_mended_stays_wrong(patient: Patient) -> None:
    ill = Ill(can_be_mended=False)

    assert await levels(patient, Check("a", ill.look, fix=ill.mend), fix=True) == [Level.WRONG]


async def test_nothing_is_mended_unasked_or_while_it_is_well(patient: Patient) -> None:
    ill = Ill()
    await levels(patient, Check("a", ill.look, fix=ill.mend))
    assert ill.is_ill

    ill.is_ill = False
    await levels(patient, Check("a", ill.look, fix=ill.mend), fix=True)

    assert ill.looks == 2


async def test_what_goes_away_while_it_is_looked_at_is_wrong_and_the_rest_is_looked_at(
    patient: Patient,
) -> None:
    assert await levels(patient, Check("a", away), Check("b", fine)) == [Level.WRONG, Level.WELL]


def test_each_check_comes_after_those_it_needs() -> None:
    seen: set[str] = set()
    for check in CHECKS:
        assert set(check.needs) <= seen
        assert check.name not in seen
        seen.add(check.name)


def test_every_check_says_what_it_is_about() -> None:
    assert all((check.look.__doc__ or "").strip() for check in CHECKS)

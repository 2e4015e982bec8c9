"""The laws of captchas, over every store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from pkg.captcha import Captcha
from pkg.captcha.drivers.fake import FakePainter
from pkg.clock import FakeClock
from pkg.testing import race
from tests.conftest import Later
from tests.contract.processes import winners
from tests.contract.shared import SHARED, shared
from tests.contract.stores import CASES, Case

CALLERS = 20


@pytest.fixture(params=CASES)
async def case(
    request: pytest.FixtureRequest, clock: FakeClock, tmp_path: Path
) -> AsyncIterator[Case]:
    async with CASES[request.param](clock, tmp_path) as made:
        yield made


@pytest.fixture
def later(case: Case) -> Later:
    return case.later


@pytest.fixture
def sides(case: Case) -> Iterator[list[Captcha]]:
    """The same puzzles seen by two clients of the store."""
    made = [Captcha({"digits": FakePainter(answer="4711")}, s) for s in (case.store, case.other)]
    yield made
    for captcha in made:
        captcha.close()


@pytest.fixture
def captcha(sides: list[Captcha]) -> Captcha:
    return sides[0]


async def test_the_answer_solves_the_puzzle(captcha: Captcha) -> None:
    issued = await captcha.issue()

    assert await captcha.verify(issued.id, "4711")


@pytest.mark.rule(13)
async def test_inherited_code_survives_use(captcha: Captcha) -> None:
    issued = await captcha.issue()
    assert await captcha.verify(issued.id, "4711")

    assert not await captcha.verify(issued.id, "4711")


@pytest.mark.rule(13)
async def test_a_wrong_answer_spends_the_puzzle(captcha: Captcha) -> None:
    issued = await captcha.issue()

    assert not await captcha.verify(issued.id, "4712")
    assert not await captcha.verify(issued.id, "4711")


@pytest.mark.rule(13)
async def test_a_puzzle_lives_three_minutes_and_no_longer(captcha: Captcha, later: Later) -> None:
    early, late = await captcha.issue(), await captcha.issue()
    assert early.expires_in == 180

    await later(179)
    assert await captcha.verify(early.id, "4711")

    await later(1)
    assert not await captcha.verify(late.id, "4711")


@pytest.mark.rule(13)
async def test_of_many_who_solve_one_puzzle_one_does(sides: list[Captcha]) -> None:
    issued = await sides[0].issue()

    got = await race(CALLERS, lambda n: sides[n % 2].verify(issued.id, "4711"))

    assert sorted(got, key=bool) == [False] * (CALLERS - 1) + [True]


@pytest.mark.rule(13)
async def test_a_right_answer_in_a_crowd_of_guesses_is_evaluated_alone_or_not_at_all(
    sides: list[Captcha],
) -> None:
    issued = await sides[0].issue()

    got = await race(CALLERS, lambda n: sides[n % 2].verify(issued.id, str(4711 + n % 5)))

    assert got.count(True) <= 1
    assert not await sides[0].verify(issued.id, "4711")


async def test_puzzles_do_not_mix(captcha: Captcha) -> None:
    one, two = await captcha.issue(), await captcha.issue()

    assert not await captcha.verify(one.id, "")
    assert await captcha.verify(two.id, "4711")


@pytest.mark.rule(13)
@pytest.mark.parametrize("kind", SHARED)
async def test_of_two_processes_that_solve_one_puzzle_one_call_does(
    kind: str, tmp_path: Path
) -> None:
    async with shared(kind, tmp_path) as (store, url, name):
        captcha = Captcha({"digits": FakePainter(answer="4711")}, store)
        issued = await captcha.issue()
        captcha.close()

        assert await winners("solve", url, name, issued.id, "4711") == 1

"""The laws of one-time codes, over every store."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pkg.clock import FakeClock
from pkg.errors import Error
from pkg.testing import race
from pkg.verifycode import CodeBudget, Issued, TooManyTries, VerifyCode, WrongCode
from tests.conftest import Later
from tests.contract.processes import winners
from tests.contract.racer import KEY
from tests.contract.shared import SHARED, shared
from tests.contract.stores import CASES, Case

CALLERS = 20
MOBILE = "+8613800138000"


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
def codes(case: Case) -> VerifyCode:
    return VerifyCode(case.store, KEY)


@pytest.fixture
def sides(case: Case) -> list[VerifyCode]:
    """The same codes seen by two clients of the store."""
    return [VerifyCode(case.store, KEY), VerifyCode(case.other, KEY)]


def wrong(issued: Issued, number: int = 1) -> str:
    return f"{(int(issued.code) + number) % 10**6:06}"


async def test_a_code_opens_its_flow(codes: VerifyCode) -> None:
    issued = await codes.issue("login", MOBILE)

    await codes.redeem(issued.code_id, "login", MOBILE, issued.code)


@pytest.mark.rule(1)
async def test_inherited_code_survives_use(codes: VerifyCode) -> None:
    issued = await codes.issue("login", MOBILE)
    await codes.redeem(issued.code_id, "login", MOBILE, issued.code)

    with pytest.raises(WrongCode):
        await codes.redeem(issued.code_id, "login", MOBILE, issued.code)


@pytest.mark.rule(2)
async def test_a_code_lives_five_minutes_and_no_longer(codes: VerifyCode, later: Later) -> None:
    early, late = await codes.issue("login", MOBILE), await codes.issue("login", MOBILE)
    assert early.expires_in == 300

    await later(299)
    await codes.redeem(early.code_id, "login", MOBILE, early.code)

    await later(1)
    with pytest.raises(WrongCode):
        await codes.redeem(late.code_id, "login", MOBILE, late.code)


@pytest.mark.rule(3)
async def test_inherited_code_guesses_uncounted(codes: VerifyCode) -> None:
    issued = await codes.issue("login", MOBILE)
    for number in range(1, 6):
        with pytest.raises(WrongCode):
            await codes.redeem(issued.code_id, "login", MOBILE, wrong(issued, number))

    with pytest.raises(TooManyTries) as refused:
        await codes.redeem(issued.code_id, "login", MOBILE, issued.code)
    assert refused.value.retry_after == 300


@pytest.mark.rule(3)
async def test_after_four_wrong_tries_the_right_code_still_opens(codes: VerifyCode) -> None:
    issued = await codes.issue("login", MOBILE)
    for number in range(1, 5):
        with pytest.raises(WrongCode):
            await codes.redeem(issued.code_id, "login", MOBILE, wrong(issued, number))

    await codes.redeem(issued.code_id, "login", MOBILE, issued.code)


@pytest.mark.rule(3)
async def test_the_tries_outlive_the_code(codes: VerifyCode, later: Later) -> None:
    issued = await codes.issue("login", MOBILE)
    await later(10)
    for number in range(1, 6):
        with pytest.raises(WrongCode):
            await codes.redeem(issued.code_id, "login", MOBILE, wrong(issued, number))

    await later(289)
    with pytest.raises(TooManyTries):
        await codes.redeem(issued.code_id, "login", MOBILE, issued.code)


@pytest.mark.rule(3)
async def test_of_many_wrong_guesses_at_once_five_are_looked_at(sides: list[VerifyCode]) -> None:
    issued = await sides[0].issue("login", MOBILE)

    got = await race(
        CALLERS,
        lambda n: sides[n % 2].redeem(issued.code_id, "login", MOBILE, wrong(issued, n + 1)),
    )

    assert sorted(type(refused).__name__ for refused in got) == (
        ["TooManyTries"] * (CALLERS - 5) + ["WrongCode"] * 5
    )


@pytest.mark.rule(1)
async def test_of_many_who_redeem_one_code_one_does(sides: list[VerifyCode]) -> None:
    issued = await sides[0].issue("login", MOBILE)

    got = await race(
        CALLERS, lambda n: sides[n % 2].redeem(issued.code_id, "login", MOBILE, issued.code)
    )

    assert [refused for refused in got if not isinstance(refused, Error)] == [None]


@pytest.mark.rule(4)
async def test_a_resend_replaces_the_flows_code_and_starts_its_tries_anew(
    codes: VerifyCode,
) -> None:
    first = await codes.issue("login", MOBILE)
    for number in range(1, 6):
        with pytest.raises(WrongCode):
            await codes.redeem(first.code_id, "login", MOBILE, wrong(first, number))

    second = await codes.issue("login", MOBILE, first.code_id)

    assert second.code_id == first.code_id
    if first.code != second.code:
        with pytest.raises(WrongCode):
            await codes.redeem(first.code_id, "login", MOBILE, first.code)
    await codes.redeem(second.code_id, "login", MOBILE, second.code)


@pytest.mark.rule(4)
async def test_a_new_flow_leaves_the_others_code_alone(codes: VerifyCode) -> None:
    first = await codes.issue("login", MOBILE)
    second = await codes.issue("login", MOBILE)

    assert first.code_id != second.code_id
    await codes.redeem(first.code_id, "login", MOBILE, first.code)
    await codes.redeem(second.code_id, "login", MOBILE, second.code)


@pytest.mark.rule(4)
async def test_a_loop_of_sending_and_guessing_ends(codes: VerifyCode, later: Later) -> None:
    issued, guesses = await codes.issue("login", MOBILE), 0
    while issued.code:
        try:
            guesses += 1
            await codes.redeem(issued.code_id, "login", MOBILE, wrong(issued))
        except WrongCode:
            continue
        except TooManyTries:
            await later(60)
        try:
            issued = await codes.issue("login", MOBILE, issued.code_id)
        except CodeBudget:
            break

    assert guesses == 5 * 6  # five codes, five guesses each and one that is refused


@pytest.mark.rule(5)
async def test_inherited_code_crosses_purpose(codes: VerifyCode) -> None:
    other = (await codes.issue("login", MOBILE)).code_id
    issued = await codes.issue("signup", MOBILE)
    right = (issued.code_id, "signup", MOBILE)
    matrix = itertools.product(
        (issued.code_id, other, ""), ("signup", "reset", ""), (MOBILE, "a@example.com", "")
    )
    for code_id, purpose, target in matrix:
        if (code_id, purpose, target) != right:
            with pytest.raises(WrongCode):
                await codes.redeem(code_id, purpose, target, issued.code)

    await codes.redeem(*right, issued.code)  # nobody else's guesses spent its tries


@pytest.mark.rule(5)
async def test_a_flow_cannot_be_joined_for_another_recipient(codes: VerifyCode) -> None:
    mine = await codes.issue("login", MOBILE)

    theirs = await codes.issue("login", "+8613900139000", mine.code_id)
    chosen = await codes.issue("login", MOBILE, "easy-to-guess")

    assert mine.code_id not in {theirs.code_id, chosen.code_id}
    assert chosen.code_id != "easy-to-guess"
    await codes.redeem(mine.code_id, "login", MOBILE, mine.code)


@pytest.mark.rule(9)
async def test_a_void_code_opens_nothing(codes: VerifyCode) -> None:
    issued = await codes.issue("login", MOBILE)

    await codes.void(issued.code_id, "login", MOBILE)

    with pytest.raises(WrongCode):
        await codes.redeem(issued.code_id, "login", MOBILE, issued.code)


@pytest.mark.rule(29)
async def test_absent_and_wrong_are_told_alike(codes: VerifyCode) -> None:
    issued = await codes.issue("login", MOBILE)
    told = []
    for code_id in (issued.code_id, "never-issued"):
        for number in range(1, 8):
            with pytest.raises(Error) as refused:
                await codes.redeem(code_id, "login", MOBILE, wrong(issued, number))
            told.append((refused.value.code, str(refused.value), refused.value.retry_after))

    assert told[:7] == told[7:]


async def test_a_check_spends_nothing_and_a_right_one_is_no_try(codes: VerifyCode) -> None:
    issued = await codes.issue("signup", MOBILE)
    for _ in range(7):
        await codes.check(issued.code_id, "signup", MOBILE, issued.code)

    await codes.redeem(issued.code_id, "signup", MOBILE, issued.code)
    with pytest.raises(WrongCode):
        await codes.check(issued.code_id, "signup", MOBILE, issued.code)


@pytest.mark.rule(3)
async def test_a_right_check_gives_back_no_try_but_its_own(codes: VerifyCode) -> None:
    issued = await codes.issue("signup", MOBILE)
    for _ in range(4):
        with pytest.raises(WrongCode):
            await codes.redeem(issued.code_id, "signup", MOBILE, wrong(issued))
        await codes.check(issued.code_id, "signup", MOBILE, issued.code)

    with pytest.raises(WrongCode):
        await codes.redeem(issued.code_id, "signup", MOBILE, wrong(issued))
    with pytest.raises(TooManyTries):
        await codes.redeem(issued.code_id, "signup", MOBILE, issued.code)


@pytest.mark.rule(3)
async def test_wrong_checks_and_wrong_codes_are_counted_together(codes: VerifyCode) -> None:
    issued = await codes.issue("signup", MOBILE)
    for verb in (codes.check, codes.redeem, codes.check, codes.redeem, codes.check):
        with pytest.raises(WrongCode):
            await verb(issued.code_id, "signup", MOBILE, wrong(issued))

    for verb in (codes.check, codes.redeem):
        with pytest.raises(TooManyTries):
            await verb(issued.code_id, "signup", MOBILE, issued.code)


@pytest.mark.rule(1)
@pytest.mark.parametrize("kind", SHARED)
async def test_of_two_processes_that_redeem_one_code_one_call_does(
    kind: str, tmp_path: Path
) -> None:
    async with shared(kind, tmp_path) as (store, url, name):
        issued = await VerifyCode(store, KEY).issue("login", MOBILE)

        assert await winners("redeem", url, name, issued.code_id, MOBILE, issued.code) == 1


@pytest.mark.rule(1)
@pytest.mark.parametrize("kind", SHARED)
async def test_of_two_processes_that_take_one_ticket_one_call_does(
    kind: str, tmp_path: Path
) -> None:
    async with shared(kind, tmp_path) as (store, url, name):
        await store.put("ticket", b"1", ttl=30)

        assert await winners("take", url, name, "ticket") == 1

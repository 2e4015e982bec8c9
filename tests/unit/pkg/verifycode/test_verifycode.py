from __future__ import annotations

import logging
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.cache import CacheUnavailable
from pkg.cache.drivers.fake import FakeStore
from pkg.clock import FakeClock
from pkg.verifycode import (
    CodeBudget,
    HookedVerifyCode,
    TooManyTries,
    VerifyCode,
    VerifyCodeConfig,
    WrongCode,
)

KEY = b"k" * 32
MOBILE = "+8613800138000"


class Kept(FakeStore):
    """A store that remembers every key and value it ever held."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.seen: list[bytes] = []

    async def put(self, key: str, value: bytes, *, ttl: float | None) -> None:
        self.seen += [key.encode(), value]
        await super().put(key, value, ttl=ttl)

    async def increment(self, key: str, by: int = 1, *, ttl: float | None) -> int:
        self.seen.append(key.encode())
        return await super().increment(key, by, ttl=ttl)


@pytest.fixture
def store(clock: FakeClock) -> Kept:
    return Kept(clock)


@pytest.fixture
def codes(store: Kept) -> VerifyCode:
    return VerifyCode(store, KEY)


@pytest.mark.rule(6)
async def test_inherited_weak_randomness(codes: VerifyCode) -> None:
    count = 3000
    drawn = [(await codes.issue("login", f"{MOBILE}{n}")).code for n in range(count)]

    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in drawn)
    for place in range(6):
        seen = Counter(code[place] for code in drawn)
        expected = count / 10
        chi_square = sum((seen[digit] - expected) ** 2 / expected for digit in "0123456789")
        # 9 degrees of freedom: a fair source passes 50 once in ten million times
        assert chi_square < 50, (place, seen)


@pytest.mark.rule(6)
async def test_a_codes_id_has_128_bits_and_never_comes_twice(codes: VerifyCode) -> None:
    ids = {(await codes.issue("login", MOBILE)).code_id for _ in range(500)}

    assert len(ids) == 500
    assert {len(id) for id in ids} == {22}  # base64 of 16 bytes


@pytest.mark.rule(7)
async def test_neither_code_nor_recipient_stands_in_the_store(
    codes: VerifyCode, store: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    issued = await codes.issue("login", MOBILE)
    with pytest.raises(WrongCode) as refused:
        await codes.redeem(issued.code_id, "login", MOBILE, "000000x")
    await codes.redeem(issued.code_id, "login", MOBILE, issued.code)

    told = [*store.seen, repr(issued).encode(), repr(refused.value).encode(), caplog.text.encode()]
    for text in told:
        assert issued.code.encode() not in text
        assert MOBILE.encode() not in text
    assert issued.code_id.encode() not in b"".join(store.seen)


@pytest.mark.rule(7)
async def test_the_same_code_is_stored_differently_each_time_and_under_each_key(
    store: Kept,
) -> None:
    hooked, other = HookedVerifyCode(store, KEY), HookedVerifyCode(store, b"o" * 32)
    first = await hooked.issue("login", "+8619900001234")
    await hooked.issue("login", "+8619900001234", first.code_id)

    digests = [value for value in store.seen if not value.startswith(b"code:")]
    assert len(set(digests)) == 2
    with pytest.raises(WrongCode):
        await other.redeem(first.code_id, "login", "+8619900001234", first.code)


@pytest.mark.rule(11)
@pytest.mark.parametrize(
    "given", ["", " ", "\0", "１２３４５６", "\ud800", None, 123456, 1.5, True, [], {}, b"123456"]
)
async def test_inherited_missing_answer_matches(store: Kept, given: Any) -> None:
    codes = HookedVerifyCode(store, KEY)  # its code is 123456
    issued = await codes.issue("login", "+8619900001234")

    for code_id in (issued.code_id, "", "never-issued"):
        with pytest.raises(WrongCode):
            await codes.redeem(code_id, "login", "+8619900001234", given)


@pytest.mark.rule(11)
async def test_a_code_with_blanks_or_signs_around_it_is_another_code(codes: VerifyCode) -> None:
    issued = await codes.issue("login", MOBILE)

    for typed in (f" {issued.code}", f"{issued.code}\n", f"+{issued.code}", f"{issued.code}0"):
        with pytest.raises(WrongCode):
            await codes.redeem(issued.code_id, "login", MOBILE, typed)


@given(
    one=st.tuples(st.text(), st.text(), st.text()), two=st.tuples(st.text(), st.text(), st.text())
)
def test_no_two_flows_share_a_name(one: tuple[str, str, str], two: tuple[str, str, str]) -> None:
    codes = VerifyCode(FakeStore(FakeClock()), KEY)

    assert (codes._name(*one) == codes._name(*two)) is (one == two)


async def test_the_bounds_are_the_configs(store: Kept, clock: FakeClock) -> None:
    config = VerifyCodeConfig(ttl=30, max_tries=1, max_sends=2, cooldown=7)
    codes = VerifyCode(store, KEY, config)
    issued = await codes.issue("login", MOBILE)
    assert (issued.expires_in, issued.retry_after) == (30, 7)
    with pytest.raises(WrongCode):
        await codes.redeem(issued.code_id, "login", MOBILE, "")
    with pytest.raises(TooManyTries):
        await codes.redeem(issued.code_id, "login", MOBILE, issued.code)

    issued = await codes.issue("login", MOBILE, issued.code_id)
    with pytest.raises(CodeBudget) as refused:
        await codes.issue("login", MOBILE, issued.code_id)

    assert refused.value.retry_after == 3600
    clock.advance(3600)
    assert (await codes.issue("login", MOBILE, issued.code_id)).code_id != issued.code_id


@pytest.mark.rule(2)
def test_no_setting_lets_a_code_live_over_ten_minutes() -> None:
    with pytest.raises(ValueError, match="less than or equal to 600"):
        VerifyCodeConfig(ttl=601)


async def test_while_the_store_is_away_nothing_is_issued_and_nothing_opens(
    codes: VerifyCode, store: Kept
) -> None:
    issued = await codes.issue("login", MOBILE)
    store.failure = CacheUnavailable("away", retry_after=1)

    for verb in (
        codes.issue("login", MOBILE),
        codes.redeem(issued.code_id, "login", MOBILE, issued.code),
        codes.check(issued.code_id, "login", MOBILE, issued.code),
    ):
        with pytest.raises(CacheUnavailable):
            await verb


def test_a_short_key_is_refused(store: Kept) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        VerifyCode(store, b"short")


@pytest.mark.rule(10)
@pytest.mark.parametrize(
    ("target", "hooked"),
    [
        ("+8619900001234", True),
        ("ann@testing.example.com", True),
        (MOBILE, False),
        ("ann@example.com", False),
        ("ann@testing.example.com.evil.example", False),
        ("+86199000", False),
    ],
)
async def test_the_hook_knows_test_recipients_alone(store: Kept, target: str, hooked: bool) -> None:
    codes = HookedVerifyCode(store, KEY)
    drawn = {(await codes.issue("login", target)).code for _ in range(20)}

    assert codes.is_hooked(target) is hooked
    assert (drawn == {"123456"}) is hooked


@pytest.mark.rule(10)
async def test_without_the_hook_no_recipient_is_known(codes: VerifyCode) -> None:
    drawn = {(await codes.issue("login", "+8619900001234")).code for _ in range(20)}

    assert not codes.is_hooked("+8619900001234")
    assert len(drawn) > 10


@pytest.mark.rule(10)
async def test_a_hooked_code_is_of_use_once_too(store: Kept) -> None:
    codes = HookedVerifyCode(store, KEY)
    issued = await codes.issue("login", "+8619900001234")
    await codes.redeem(issued.code_id, "login", "+8619900001234", "123456")

    with pytest.raises(WrongCode):
        await codes.redeem(issued.code_id, "login", "+8619900001234", "123456")

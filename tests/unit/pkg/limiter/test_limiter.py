from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.clock import FakeClock
from pkg.limiter import Hit, Limit, Limiter, LimiterConfig, LimiterUnavailable, LimitExceeded
from pkg.limiter.drivers.fake import FakeLimits
from pkg.limiter.drivers.memory import MemoryLimits


def rules(*texts: str) -> tuple[Limit, ...]:
    return tuple(Limit.parse(text) for text in texts)


CONFIG = LimiterConfig(
    login=rules("3-M"),
    code_recipient=rules("1-M", "3-H"),
    closed=("send_code",),
    local=("login",),
)


@pytest.fixture
def store(clock: FakeClock) -> FakeLimits:
    return FakeLimits(clock)


@pytest.fixture
def told() -> list[LimiterUnavailable]:
    return []


@pytest.fixture
def limiter(store: FakeLimits, clock: FakeClock, told: list[LimiterUnavailable]) -> Limiter:
    return Limiter(store, CONFIG, local=MemoryLimits(clock), on_failure=told.append)


async def test_a_hit_tells_what_is_left_and_until_when(limiter: Limiter, clock: FakeClock) -> None:
    assert await limiter.hit("login", "ann") == Hit("login", True, 3, 2, 60, 60)

    clock.advance(20)
    assert await limiter.hit("login", "ann", cost=2) == Hit("login", True, 3, 0, 40, 60)
    assert await limiter.hit("login", "ann") == Hit("login", False, 3, 0, 40, 60)
    assert await limiter.hit("login", "bob") == Hit("login", True, 3, 2, 60, 60)


@pytest.mark.parametrize(
    ("written", "hits", "told"),
    [
        (("5-M", "2-H"), 1, Hit("exist", True, 2, 1, 3600, 3600)),  # the fewest left
        (("2-M", "5-H"), 1, Hit("exist", True, 2, 1, 60, 60)),
        (("2-M", "2-H"), 3, Hit("exist", False, 2, 0, 3600, 3600)),  # both refuse, this one longer
        (("2-H", "2-M"), 3, Hit("exist", False, 2, 0, 3600, 3600)),
        (("2-M", "3-H"), 3, Hit("exist", False, 2, 0, 60, 60)),  # the hour would not refuse
        (("3-H", "2-M"), 3, Hit("exist", False, 2, 0, 60, 60)),
    ],
)
async def test_of_several_rules_the_one_that_decides_is_told(
    store: FakeLimits, written: tuple[str, ...], hits: int, told: Hit
) -> None:
    limiter = Limiter(store, LimiterConfig(exist=rules(*written)))
    seen = [await limiter.hit("exist", "ann") for _ in range(hits)]

    assert seen[-1] == told
    if not told.allowed:
        assert await limiter.check("exist", "ann") == told


@pytest.mark.rule(78)
async def test_inherited_limit_without_retry_after(limiter: Limiter, clock: FakeClock) -> None:
    for _ in range(3):
        await limiter.take("login", "ann")
    clock.advance(0.5)

    with pytest.raises(LimitExceeded) as refused:
        await limiter.take("login", "ann")

    assert refused.value.code == "limit.exceeded"
    assert refused.value.retry_after == 60
    clock.advance(refused.value.retry_after)
    assert (await limiter.take("login", "ann")).remaining == 2


@pytest.mark.rule(78)
async def test_nobody_is_told_to_come_back_at_once(limiter: Limiter, clock: FakeClock) -> None:
    await limiter.take("login", "ann", cost=3)
    clock.advance(59.999)

    assert (await limiter.hit("login", "ann")).retry_after == 1


@pytest.mark.rule(78)
@given(steps=st.lists(st.tuples(st.floats(0, 40), st.integers(1, 4)), max_size=30))
async def test_what_is_left_is_never_negative_and_never_rises_within_a_window(
    steps: list[tuple[float, int]],
) -> None:
    clock = FakeClock()
    limiter = Limiter(MemoryLimits(clock), CONFIG)
    left, ends = 3, 0.0
    for seconds, cost in steps:
        clock.advance(seconds)
        now = clock.monotonic()
        if now >= ends:
            left = 3
        hit = await limiter.hit("login", "ann", cost=cost)

        assert hit.allowed == (cost <= left)
        assert 0 <= hit.remaining <= left
        assert hit.remaining == left - (cost if hit.allowed else 0)
        if hit.allowed and now >= ends:
            ends = now + 60
        assert 0 <= hit.reset_after <= 60
        left = hit.remaining


async def test_a_check_tells_what_a_hit_would_and_takes_nothing(limiter: Limiter) -> None:
    assert await limiter.check("login", "ann") == Hit("login", True, 3, 3, 0, 60)
    await limiter.hit("login", "ann", cost=3)

    for _ in range(2):
        assert await limiter.check("login", "ann") == Hit("login", False, 3, 0, 60, 60)


@pytest.mark.rule(24)
async def test_every_rule_of_a_name_is_told_and_nothing_is_taken(limiter: Limiter) -> None:
    await limiter.hit("code_recipient", "ann")

    first, second = [await limiter.standing("code_recipient", "ann") for _ in range(2)]

    assert first == second
    assert first == [
        Hit("code_recipient", False, 1, 0, 60, 60),
        Hit("code_recipient", True, 3, 2, 3600, 3600),
    ]
    assert [hit.remaining for hit in await limiter.standing("code_recipient", "bob")] == [1, 3]


async def test_a_success_gives_back_its_own_unit_and_nobody_elses(limiter: Limiter) -> None:
    await limiter.take("login", "ann")  # somebody's wrong guess
    await limiter.take("login", "bob")
    await limiter.take("login", "ann")
    await limiter.refund("login", "ann")  # the owner was right

    assert (await limiter.check("login", "ann")).remaining == 2
    assert (await limiter.check("login", "bob")).remaining == 2


@pytest.mark.rule(24)
async def test_a_thousand_right_passwords_are_no_failure(limiter: Limiter) -> None:
    for _ in range(1000):
        await limiter.take("login", "ann")
        await limiter.refund("login", "ann")

    assert (await limiter.check("login", "ann")).remaining == 3


async def test_a_name_nobody_set_is_a_mistake_of_ours(limiter: Limiter) -> None:
    for verb in (limiter.hit("nothing", "ann"), limiter.check("enabled", "ann")):
        with pytest.raises(KeyError):
            await verb


async def test_two_names_never_share_a_counter(clock: FakeClock) -> None:
    config = LimiterConfig(login=rules("1-M"), exist=rules("1-M"))
    limiter = Limiter(MemoryLimits(clock), config)

    assert (await limiter.hit("login", "ann")).allowed
    assert (await limiter.hit("exist", "ann")).allowed
    assert not (await limiter.hit("exist", "ann")).allowed


async def test_where_limits_are_off_nothing_is_counted_and_nothing_told(
    store: FakeLimits,
) -> None:
    limiter = Limiter(store, LimiterConfig(enabled=False, login=rules("1-M")))

    for _ in range(3):
        assert await limiter.take("login", "ann") == Hit("login", True)
    assert await limiter.check("login", "ann") == Hit("login", True)
    await limiter.refund("login", "ann")
    assert store.asked == []


@pytest.mark.rule(81)
async def test_while_the_store_is_away_a_name_passes_is_refused_or_counted_here(
    limiter: Limiter, store: FakeLimits, told: list[LimiterUnavailable]
) -> None:
    store.failure = LimiterUnavailable("away", retry_after=1)

    for _ in range(5):
        assert await limiter.take("api", "ann") == Hit("api", True)
    with pytest.raises(LimiterUnavailable):
        await limiter.take("send_code", "ann")
    with pytest.raises(LimiterUnavailable):
        await limiter.check("send_code", "ann")
    took = [(await limiter.hit("login", "ann")).allowed for _ in range(5)]

    assert took == [True] * 3 + [False] * 2
    assert len(told) == 12


@pytest.mark.rule(81)
async def test_a_refund_never_fails_and_goes_to_where_the_unit_came_from(
    limiter: Limiter, store: FakeLimits
) -> None:
    store.failure = LimiterUnavailable("away", retry_after=1)
    await limiter.take("login", "ann", cost=3)

    for name in ("login", "send_code", "api"):
        await limiter.refund(name, "ann")

    assert (await limiter.check("login", "ann")).remaining == 1
    store.failure = None
    assert (await limiter.check("login", "ann")).remaining == 3


@pytest.mark.rule(81)
async def test_without_counters_of_its_own_a_node_refuses_what_it_should_count(
    store: FakeLimits,
) -> None:
    limiter = Limiter(store, CONFIG)
    store.failure = LimiterUnavailable("away", retry_after=1)

    with pytest.raises(LimiterUnavailable):
        await limiter.take("login", "ann")


async def test_a_fault_of_another_kind_is_not_taken_for_an_outage(
    limiter: Limiter, store: FakeLimits
) -> None:
    failure: Any = ZeroDivisionError("a bug")
    store.failure = failure

    with pytest.raises(ZeroDivisionError):
        await limiter.take("api", "ann")

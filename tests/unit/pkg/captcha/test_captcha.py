from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from pkg.cache import CacheUnavailable
from pkg.cache.drivers.fake import FakeStore
from pkg.captcha import (
    Captcha,
    CaptchaBusy,
    CaptchaConfig,
    HookedCaptcha,
    Issued,
    Puzzle,
    UnknownKind,
)
from pkg.captcha.drivers.fake import FakePainter
from pkg.clock import FakeClock


class Held(FakePainter):
    """A painter that waits until the test opens the gate."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.running, self.most = threading.Event(), 0, 0

    def paint(self) -> Puzzle:
        self.running += 1
        self.most = max(self.most, self.running)
        self.gate.wait()
        self.running -= 1
        return super().paint()


@pytest.fixture
def store(clock: FakeClock) -> FakeStore:
    return FakeStore(clock)


@pytest.fixture
def painter() -> FakePainter:
    return FakePainter(answer="42")


@pytest.fixture
def captcha(store: FakeStore, painter: FakePainter) -> Iterator[Captcha]:
    made = Captcha({"digits": painter, "math": FakePainter(answer="7")}, store)
    yield made
    made.close()


async def test_each_kind_has_its_painter_and_digits_is_the_usual_one(captcha: Captcha) -> None:
    assert await captcha.verify((await captcha.issue()).id, "42")
    assert await captcha.verify((await captcha.issue("digits")).id, "42")
    assert await captcha.verify((await captcha.issue("math")).id, "7")


async def test_a_kind_nobody_paints_is_refused(captcha: Captcha) -> None:
    with pytest.raises(UnknownKind):
        await captcha.issue("slider")


async def test_blanks_around_an_answer_do_not_matter(captcha: Captcha) -> None:
    assert await captcha.verify((await captcha.issue()).id, " 42\n")


@pytest.mark.rule(11)
@pytest.mark.parametrize("given", ["", " ", "\0", "４２", "\ud800", None, 42, 42.0, True, [], {}])
async def test_inherited_missing_answer_matches(captcha: Captcha, given: Any) -> None:
    for id in ((await captcha.issue()).id, "", "never-issued"):
        assert not await captcha.verify(id, given)


@pytest.mark.rule(11)
@pytest.mark.parametrize("given", ["", " ", None])
async def test_an_empty_answer_solves_nothing_even_where_an_empty_one_is_stored(
    captcha: Captcha, store: FakeStore, given: Any
) -> None:
    await store.put("captcha:odd", b"", ttl=10)

    assert not await captcha.verify("odd", given)


@pytest.mark.rule(16)
async def test_an_id_has_128_bits_and_never_comes_twice(captcha: Captcha) -> None:
    ids = {(await captcha.issue()).id for _ in range(200)}

    assert len(ids) == 200
    assert {len(id) for id in ids} == {22}  # base64 of 16 bytes


@pytest.mark.rule(16)
async def test_nothing_but_the_picture_tells_the_answer(captcha: Captcha) -> None:
    issued = await captcha.issue()

    assert {field: getattr(issued, field) for field in Issued.__slots__ if field != "id"} == {
        "image": issued.image,
        "media": "image/png",
        "expires_in": 180,
    }
    assert repr(issued).count("image=") == 0
    assert "42" not in repr(Puzzle("42", b""))


@pytest.mark.rule(13)
def test_no_setting_lets_a_puzzle_live_over_five_minutes() -> None:
    with pytest.raises(ValueError, match="less than or equal to 300"):
        CaptchaConfig(ttl=301)


@pytest.mark.rule(15)
async def test_painting_runs_off_the_loop_in_no_more_threads_than_allowed(
    store: FakeStore,
) -> None:
    painter = Held()
    captcha = Captcha({"digits": painter}, store, CaptchaConfig(workers=2))

    waiting = [asyncio.create_task(captcha.issue()) for _ in range(10)]
    await asyncio.sleep(0)  # the loop is free to go on while ten pictures wait
    painter.gate.set()
    issued = await asyncio.gather(*waiting)
    captcha.close()

    assert len({puzzle.id for puzzle in issued}) == 10
    assert painter.most <= 2


@pytest.mark.rule(15)
async def test_a_full_queue_refuses_and_a_caller_that_left_still_counts(store: FakeStore) -> None:
    painter = Held()
    captcha = Captcha({"digits": painter}, store, CaptchaConfig(max_waiting=2))
    left = asyncio.create_task(captcha.issue())
    waiting = asyncio.create_task(captcha.issue())
    await asyncio.sleep(0)
    left.cancel()
    await asyncio.sleep(0)

    with pytest.raises(CaptchaBusy) as refused:
        await captcha.issue()
    painter.gate.set()
    await waiting

    assert refused.value.retry_after == 1
    assert (await captcha.issue()).id
    captcha.close()


@pytest.mark.rule(15)
async def test_a_full_store_refuses_rather_than_forget_somebodys_puzzle(clock: FakeClock) -> None:
    store = FakeStore(clock)
    store._max_items, store._evicts = 3, False
    captcha = Captcha({"digits": FakePainter(answer="42")}, store)
    issued = [await captcha.issue() for _ in range(3)]

    with pytest.raises(CacheUnavailable):
        await captcha.issue()

    captcha.close()
    assert [await captcha.verify(puzzle.id, "42") for puzzle in issued] == [True] * 3


async def test_a_painter_that_fails_leaves_nothing_behind(
    captcha: Captcha, painter: FakePainter, store: FakeStore
) -> None:
    painter.failure = OSError("no font")

    with pytest.raises(OSError, match="no font"):
        await captcha.issue()
    assert store.asked == []

    painter.failure = None
    assert (await captcha.issue()).id


async def test_while_the_store_is_away_nothing_is_issued_and_nothing_solved(
    captcha: Captcha, store: FakeStore
) -> None:
    issued = await captcha.issue()
    store.failure = CacheUnavailable("away", retry_after=1)

    for verb in (captcha.issue(), captcha.verify(issued.id, "42")):
        with pytest.raises(CacheUnavailable):
            await verb


@pytest.mark.rule(10)
async def test_the_hook_takes_one_id_for_solved_and_no_other(
    store: FakeStore, painter: FakePainter
) -> None:
    hooked = HookedCaptcha({"digits": painter}, store)
    issued = await hooked.issue()

    assert await hooked.verify("captcha_skip_test", "")
    assert await hooked.verify("captcha_skip_test", "")
    assert not await hooked.verify("captcha_skip_test2", "")
    assert not await hooked.verify(issued.id, "41")
    hooked.close()


@pytest.mark.rule(10)
async def test_without_the_hook_its_id_is_one_that_was_never_issued(captcha: Captcha) -> None:
    assert not await captcha.verify("captcha_skip_test", "42")

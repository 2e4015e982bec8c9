"""Slow clients: they lag, keep their place, and are brought level as they read."""

from __future__ import annotations

import asyncio
import contextvars

import pytest

from pkg.hub import Bundle, CloseCode
from tests.unit.pkg.hub.conftest import Bench, turns

BIG = "x" * 50_000


async def fill(bench: Bench, count: int, text: str = BIG) -> None:
    await bench.say(*(f"{number}{text}" for number in range(count)))
    await turns()


@pytest.mark.rule(72)
async def test_a_client_that_reads_nothing_holds_a_bounded_outbox_and_delays_nobody(
    bench: Bench,
) -> None:
    slow, quick = await bench.joined(2, reads=False), await bench.joined(3)

    await fill(bench, 50)

    assert quick.seqs == list(range(1, 51))
    assert slow.client.lagging
    assert slow.wire.buffered < bench.hub.config.outbox_high + 51_000
    assert len(slow.wire.waiting) == 6


@pytest.mark.rule(72)
async def test_a_client_that_reads_again_gets_everything_in_order(bench: Bench) -> None:
    slow = await bench.joined(2, reads=False)
    await fill(bench, 40)
    await fill(bench, 300, "")  # what it lacks is in the ring no more

    while slow.client.lagging:
        slow.wire.read(3)
        await turns(3)
    slow.wire.reads = True
    slow.wire.read()
    await bench.say("live")
    await turns()

    assert slow.seqs == list(range(1, 342))
    assert bench.store.reads


@pytest.mark.rule(72)
async def test_a_client_that_takes_nothing_for_fifteen_seconds_is_closed(bench: Bench) -> None:
    stuck, slow = await bench.joined(2, reads=False), await bench.joined(3, reads=False)
    await fill(bench, 10)

    for _ in range(3):
        bench.clock.advance(7)
        slow.wire.read(1)
        bench.hub.sweep()

    assert stuck.wire.closed == (CloseCode.TOO_SLOW, "too slow")
    assert slow.wire.closed is None


async def test_a_client_that_waits_for_the_log_is_not_called_slow(bench: Bench) -> None:
    peer = await bench.joined(2)
    peer.client.lagging = True

    bench.clock.advance(60)
    bench.hub.sweep()

    assert peer.wire.closed is None


async def test_what_is_asked_for_reaches_a_lagging_client_too(bench: Bench) -> None:
    slow = await bench.joined(2, reads=False)
    await fill(bench, 10)

    slow.client.tell(Bundle((b'{"type":"pong"}',)))
    slow.wire.read()

    assert slow.types()[-1] == "pong"


async def test_one_that_falls_behind_in_the_moment_it_became_level_is_healed_again(
    bench: Bench,
) -> None:
    slow = await bench.joined(2, reads=False)
    await fill(bench, 10)
    slow.wire.reads = True
    slow.wire.read()
    while slow.client.lagging:  # noqa: ASYNC110  the very turn in which it ends is what counts
        await asyncio.sleep(0)

    bench.hub._catch_up.start(slow.client)

    assert slow.client.lagging
    await turns()
    assert not slow.client.lagging


async def test_asking_to_be_where_one_is_skips_nothing_one_lags_behind_with(
    bench: Bench,
) -> None:
    slow = await bench.joined(2, reads=False)
    await fill(bench, 20)

    await bench.join(slow)  # a subscribe without a seq
    while slow.client.lagging:
        slow.wire.read()
        await turns(3)
    slow.wire.read()

    assert slow.seqs == list(range(1, 21))


async def test_going_back_while_lagging_starts_again_from_there(bench: Bench) -> None:
    slow = await bench.joined(2, reads=False)
    await fill(bench, 20)

    await bench.join(slow, after=2)
    while slow.client.lagging:
        slow.wire.read()
        await turns(3)
    slow.wire.read()

    assert slow.seqs[-18:] == list(range(3, 21))


async def test_catching_up_takes_no_part_in_its_callers_context(bench: Bench) -> None:
    seen: list[str] = []
    variable = contextvars.ContextVar("transaction", default="none")
    ask = bench.store.range

    async def noting(conversation: int, after: int, limit: int) -> object:
        seen.append(variable.get())
        return await ask(conversation, after, limit)

    bench.store.range = noting  # type: ignore[method-assign, assignment]
    await bench.say("a")
    token = variable.set("the caller's own")
    await bench.joined(2, after=0)
    variable.reset(token)
    await turns()

    assert seen == ["none"]


async def test_a_bug_while_catching_up_closes_its_client_only(bench: Bench) -> None:
    other = await bench.joined(3)
    await bench.say("a")
    errors: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, said: errors.append(said))

    async def broken(*_: object) -> object:
        raise LookupError("a bug")

    bench.hub.forget(other.client)  # the ring goes with the last member
    bench.store.range = broken  # type: ignore[method-assign, assignment]
    peer = await bench.joined(2, after=0)
    await turns()

    assert peer.wire.closed == (1011, "catch-up")
    assert len(errors) == 1

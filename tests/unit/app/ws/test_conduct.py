"""How fast a client may come, and how much may be wrong with what it sends."""

from __future__ import annotations

import pytest

from app.errors import Forbidden
from app.ws.conduct import COSTS, FORGIVEN, STRIKES, Conduct
from app.ws.errors import FrameMalformed, FrameUnknown
from pkg.clock import FakeClock
from pkg.errors import Error
from pkg.hub import HubConfig
from pkg.limiter import LimitExceeded


def test_a_burst_passes_and_what_comes_faster_than_the_rate_waits() -> None:
    clock = FakeClock()
    conduct = Conduct(clock, HubConfig(rate=2, burst=3))
    for _ in range(3):
        conduct.count()

    with pytest.raises(LimitExceeded) as caught:
        conduct.count()

    assert caught.value.retry_after == pytest.approx(0.5)
    clock.advance(0.5)
    conduct.count()


@pytest.mark.rule(70)
@pytest.mark.parametrize("kind", [FrameMalformed, FrameUnknown, LimitExceeded])
def test_a_run_of_what_goes_wrong_is_a_flood_and_time_forgives(kind: type[Error]) -> None:
    clock = FakeClock()
    conduct = Conduct(clock, HubConfig())
    many = STRIKES // COSTS[kind]

    assert [conduct.strike(kind("wrong")) for _ in range(many + 1)] == [*[False] * many, True]
    clock.advance(COSTS[kind] / FORGIVEN)
    assert not conduct.strike(kind("wrong"))


def test_an_honest_refusal_is_no_strike() -> None:
    conduct = Conduct(FakeClock(), HubConfig())

    assert not any(conduct.strike(Forbidden("not yours")) for _ in range(10 * STRIKES))

"""One clock for everything, and one that stands still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pkg.clock import Clock, FakeClock, SystemClock


def test_the_wall_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_the_monotonic_clock_never_steps_back() -> None:
    clock: Clock = SystemClock()
    readings = [clock.monotonic() for _ in range(1000)]

    assert readings == sorted(readings)


def test_a_fake_clock_stands_still() -> None:
    clock = FakeClock()

    assert clock.now() == clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
    assert clock.monotonic() == clock.monotonic()


def test_both_faces_of_a_fake_clock_move_together() -> None:
    clock: FakeClock = FakeClock(datetime(2020, 2, 29, tzinfo=UTC))
    before = clock.monotonic()

    clock.advance(1.5)

    assert clock.now() == datetime(2020, 2, 29, 0, 0, 1, 500_000, tzinfo=UTC)
    assert clock.monotonic() - before == 1.5

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from pkg.helpers import stamp


def test_a_stamp_is_utc_to_the_millisecond() -> None:
    east = timezone(timedelta(hours=8))

    assert stamp(datetime(2026, 11, 23, 15, 0, 0, 123999, east)) == "2026-11-23T07:00:00.123Z"
    assert stamp(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000Z"

"""What people write for a moment to come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
import pytest

from app.console.user.until import until

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("30m", timedelta(minutes=30)),
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(days=14)),
        ("2026-01-02", timedelta(hours=12)),
        ("2026-01-01T15:00+01:00", timedelta(hours=2)),
        ("2026-01-01 15:00:00Z", timedelta(hours=3)),
    ],
)
def test_a_length_a_day_and_a_moment_are_understood(text: str, long: timedelta) -> None:
    assert until(text, NOW) == NOW + long


@pytest.mark.parametrize(
    "text", ["", "0d", "7", "d7", "7x", "-7d", "1e3h", "999999w", "tomorrow", "2026-01-02T15:00"]
)
def test_what_is_no_moment_is_told_with_what_would_be(text: str) -> None:
    with pytest.raises(click.UsageError, match="write 12h, 7d, 2w, 2026-12-24, or"):
        until(text, NOW)


@pytest.mark.parametrize("text", ["2025-12-31", "2026-01-01", "2026-01-01T12:00Z"])
def test_what_has_passed_is_told(text: str) -> None:
    with pytest.raises(click.UsageError, match="has passed"):
        until(text, NOW)

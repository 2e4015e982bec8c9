"""Moments on the wire."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(at: datetime) -> str:
    """Answers *at* as RFC 3339 in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

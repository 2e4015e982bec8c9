from __future__ import annotations

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """Answers *moment*, which has a zone, as RFC 3339 in UTC, cut to the millisecond."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"

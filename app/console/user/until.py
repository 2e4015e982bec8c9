"""Until when: a moment, or how long from now."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import click

LONG: Final = re.compile(r"([1-9][0-9]{0,5})([mhdw])")
UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
FORMS: Final = "12h, 7d, 2w, 2026-12-24, or 2026-12-24T18:00+01:00"


def until(text: str, now: datetime) -> datetime:
    """Answers the moment that *text* means; a date alone is its beginning in UTC.

    Raises:
        UsageError: it means none, or one that has passed.
    """
    try:
        moment = _read(text, now)
    except (ValueError, OverflowError):
        raise click.UsageError(f"--until {text!r} is no moment: write {FORMS}") from None
    if moment <= now:
        raise click.UsageError(f"--until {text} has passed: write {FORMS}")
    return moment


def _read(text: str, now: datetime) -> datetime:
    if found := LONG.fullmatch(text):
        return now + timedelta(**{UNITS[found[2]]: int(found[1])})
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        if "T" in text or " " in text:
            raise ValueError("no zone")  # the server's would be a guess
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).replace(microsecond=0)

"""What a runner tells while it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Another process migrates: *holder* names it, *seconds* is how long we have waited."""

    holder: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Began:
    """File *number* of *of* begins; *done* of its statements were done by a run that failed."""

    name: str
    direction: Direction
    number: int
    of: int
    done: int = 0


@dataclass(frozen=True, slots=True)
class Running:
    """Statement *number* of a file is still at work after *seconds*; *rows*: how many it moves."""

    statement: str
    number: int
    seconds: int
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """One migration that ran, or would: its statements as the database got them.

    Not *complete*: the rest hangs on rows that only a run makes.
    """

    name: str
    direction: Direction
    batch: int
    statements: tuple[str, ...]
    complete: bool = True


Event = Waiting | Began | Running | Ran
Progress = Callable[[Event], None]

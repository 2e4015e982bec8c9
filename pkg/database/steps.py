"""A transaction told as a generator: what it asks, one step after the other, and no `await`.

So a driver may run it in one go: on SQLite it is one visit to the connection's thread, where a
transaction of awaited statements is a dozen.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

Row = Sequence[Any]  # a tuple or the driver's like of it, never a dict


class Ask(NamedTuple):
    """One statement; the generator is sent its rows."""

    sql: str
    params: Sequence[object] = ()


class Each(NamedTuple):
    """One statement for each of *rows*; the generator is sent no rows."""

    sql: str
    rows: Sequence[Sequence[object]]


Steps = Generator[Ask | Each, Sequence[Row], T]

"""A node's figures in one small object, for consoles that ask."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from functools import reduce

from typing_extensions import TypedDict

from pkg.app import VERSION
from pkg.metrics import Family, Histogram


class Spread(TypedDict):
    """A histogram as it travels."""

    bounds: list[float]
    counts: list[int]
    sum: float


class Report(TypedDict):
    """What a node is, and its figures by name: `parley_` left out, labels summed up.

    Counters count from the node's start. *at* is its own monotonic clock: of two reports the
    difference is the time between them, whatever the clocks of other machines say.
    """

    host: str
    pid: int
    version: str
    at: float
    figures: dict[str, float | Spread]


def report(families: Iterable[Family], at: float) -> Report:
    """Answers this process's report."""
    return {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "version": VERSION,
        "at": at,
        "figures": {family.name.removeprefix("parley_"): _sum(family) for family in families},
    }


def _sum(family: Family) -> float | Spread:
    if family.kind != "histogram":
        return sum(each.value for each in family.samples if not isinstance(each.value, Histogram))
    spreads = [each.value for each in family.samples if isinstance(each.value, Histogram)]
    whole = reduce(Histogram.plus, spreads) if spreads else Histogram()
    return {"bounds": [*whole.bounds], "counts": [*whole.counts], "sum": whole.sum}

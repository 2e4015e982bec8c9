"""Ways to do one thing, in turn, by the CPU they take."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

Took = Mapping[str, float]  # microseconds of CPU for one call, by way


def turn(ways: Mapping[str, Callable[[], object]], calls: int) -> Took:
    """Calls each way *calls* times, one way after the other."""
    took = {}
    for name, way in ways.items():
        began = time.process_time()
        for _ in range(calls):
            way()
        took[name] = 1e6 * (time.process_time() - began) / calls
    return took


def table(title: str, turns: Sequence[Took]) -> Iterable[str]:
    """Answers Markdown: medians, their ranges, and the median ratio to the first way."""
    first = next(iter(turns[0]))
    yield f"| {title} | us of CPU (lowest to highest) | ratio |"
    yield "|---|---:|---:|"
    for name in turns[0]:
        took = [each[name] for each in turns]
        ratio = statistics.median(each[name] / each[first] for each in turns)
        low, middle, high = min(took), statistics.median(took), max(took)
        yield f"| {name} | {middle:.2f} ({low:.2f} to {high:.2f}) | {ratio:.2f} |"

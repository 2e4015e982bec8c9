"""Bars with their ranges as SVG, legible on a light page and on a dark one."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

PANEL, GAP, LABEL, BAR, HEAD, VALUE = 420, 20, 64, 16, 34, 44
COLUMNS: Final = 2
STYLE: Final = """<style>
text { font: 12px system-ui, sans-serif; fill: #24292f } .head { font-weight: 600 }
.note { fill: #57606a } .bar { fill: #8c959f } .own { fill: #0969da } .range { stroke: #24292f }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .note { fill: #9198a1 } .bar { fill: #656c76 } .own { fill: #4493f8 }
.range { stroke: #e6edf3 } }
</style>"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One server's figures in a panel, one at least; the bar ends at the middle one."""

    label: str
    values: Sequence[float]
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One scenario, on a scale of its own that begins at nothing."""

    title: str
    note: str
    bars: Sequence[Bar]


def draw(title: str, panels: Sequence[Panel]) -> str:
    """Answers the picture of *panels*, two beside each other."""
    rows = [panels[at : at + COLUMNS] for at in range(0, len(panels), COLUMNS)]
    parts: list[str] = []
    top = 28
    for row in rows:
        for column, panel in enumerate(row):
            parts += _panel(panel, GAP + column * (PANEL + GAP), top)
        top += HEAD + GAP + BAR * max(len(panel.bars) for panel in row)
    width = GAP + COLUMNS * (PANEL + GAP)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" role="img">'
    named = (
        f'<title>{escape(title)}</title><text class="head" x="{GAP}" y="18">{escape(title)}</text>'
    )
    return "\n".join([head, STYLE, named, *parts, "</svg>"]) + "\n"


def _panel(panel: Panel, left: int, top: int) -> Iterator[str]:
    yield f'<g transform="translate({left} {top})">'
    yield f'<text class="head" y="14">{escape(panel.title)}</text>'
    yield f'<text class="note" y="28">{escape(panel.note)}</text>'
    unit = (PANEL - LABEL - VALUE) / max(value for bar in panel.bars for value in bar.values)
    for number, bar in enumerate(panel.bars):
        yield from _bar(bar, HEAD + number * BAR, unit)
    yield "</g>"


def _bar(bar: Bar, top: int, unit: float) -> Iterator[str]:
    middle = statistics.median(bar.values)
    low, end, high = (unit * value for value in (min(bar.values), middle, max(bar.values)))
    kind = "own" if bar.is_own else "bar"
    line = top + BAR / 2 - 2
    yield f'<text y="{top + 10}">{escape(bar.label)}</text>'
    yield f'<rect class="{kind}" x="{LABEL}" y="{top}" width="{end:.1f}" height="{BAR - 4}"/>'
    if high > low:
        yield (
            f'<path class="range" d="M{LABEL + low:.1f} {line}H{LABEL + high:.1f}'
            f'M{LABEL + low:.1f} {line - 3}v6M{LABEL + high:.1f} {line - 3}v6"/>'
        )
    yield f'<text x="{LABEL + high + 6:.1f}" y="{top + 10}">{_short(middle)}</text>'


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"

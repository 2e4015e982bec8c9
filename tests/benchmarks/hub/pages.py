"""Puts what was measured into the documentation: tables between two marks, and a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import marks
from tests.benchmarks.hub.picture import Bar, Panel, draw
from tests.benchmarks.hub.report import KIB, Results, base, peers, ratios, tables, values
from tests.benchmarks.hub.scenarios import SCENARIOS
from tests.benchmarks.hub.servers import OURS
from tests.benchmarks.marks import DOCS


def write(results: Results, docs: Path = DOCS) -> None:
    """Writes `images/hub.svg` and the tables of `performance.md`, both in *docs*.

    Raises:
        ValueError: the page has lost its marks.
    """
    title = f"Work for one second of server CPU, {base(results)} = 1"
    marks.write(docs / "performance.md", "hub", f"![{title}](images/hub.svg)\n\n{tables(results)}")
    picture = draw(title, [*panels(results)])
    (docs / "images" / "hub.svg").write_text(picture, encoding="utf-8")


def panels(results: Results) -> Iterator[Panel]:
    """Answers a panel for each scenario that is a rate, and one for the weight of a connection."""
    results = peers(results)
    for scenario in SCENARIOS:
        if scenario.is_rated:
            found = {name: ratios(results, name, scenario.name) for name in results}
            note = scenario.says
        elif scenario.mode == "idle":
            found = {name: values(results, name, "idle", KIB) for name in results}
            note = f"{scenario.says}; less is better"
        else:
            continue
        bars = [Bar(name, figures, name == OURS) for name, figures in found.items() if figures]
        if bars:
            yield Panel(scenario.name, note, bars)

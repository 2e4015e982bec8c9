from __future__ import annotations

import re

from app.http.traffic import Traffic
from app.providers.figures import BusFigures, HubFigures
from pkg.clock import FakeClock
from pkg.hub import Hub, HubConfig
from pkg.hub.drivers.fake import FakeStore
from pkg.metrics import Family, LoopLag, Process
from tests.docs.pages import ROOT, blocks, names, rows

PAGE = ROOT / "docs" / "deploy.md"
NAME = re.compile(r"^[a-z_]+")
ENDINGS = {"counter": ("_total",), "gauge": ("",), "histogram": ("", "_bucket", "_sum", "_count")}


def families() -> list[Family]:
    clock = FakeClock()
    hub = Hub(FakeStore(clock), HubConfig(), clock)
    sources = (HubFigures(hub), BusFigures(hub.relay), Traffic(), LoopLag(clock), Process())
    return [family for source in sources for family in source.families()]


def known() -> set[str]:
    """Answers the name of every sample that `/metrics` may show."""
    return {family.name + ending for family in families() for ending in ENDINGS[family.kind]}


def told() -> set[str]:
    """Answers the names that the page tells an operator to watch."""
    cells = [name for cell, *_ in rows(PAGE, "What to watch") for name in names(cell)]
    found = [match[0] for cell in cells if (match := NAME.match(cell))]
    return {name if name.startswith("process_") else f"parley_{name}" for name in found}


def test_the_page_tells_to_watch_only_what_there_is() -> None:
    assert told() - {"parley_"} <= known()
    assert len(told()) > 15


def test_an_alert_asks_for_figures_that_there_are() -> None:
    asked = {
        name
        for block in blocks("yaml")
        for name in re.findall(r"\b(?:parley|process)_[a-z_]+", block.text)
    }

    assert asked
    assert asked <= known()

from __future__ import annotations

from typing import Any

import orjson
import pytest

from app.console.hub.board import GONE, SILENT, Board, as_row
from app.providers.figures import BusFigures, HubFigures
from app.providers.report import report as reported
from pkg.clock import FakeClock
from pkg.hub import Hub, HubConfig
from pkg.hub.bus.drivers.fake import FakeBus, FakeNetwork
from pkg.hub.drivers.fake import FakeStore
from pkg.metrics import Histogram, LoopLag, Process


def spread(*values: float) -> dict[str, Any]:
    seen = Histogram((0.001, 0.01, 0.1))
    for value in values:
        seen.observe(value)
    return {"bounds": [*seen.bounds], "counts": [*seen.counts], "sum": seen.sum}


def report(at: float, host: str = "web1", /, **figures: object) -> dict[str, Any]:
    return {"host": host, "pid": 42, "version": "1", "at": at, "figures": figures}


async def test_every_column_shows_a_figure_that_nodes_really_report(clock: FakeClock) -> None:
    bus = FakeBus(FakeNetwork())
    bus.delays = Histogram()
    hub, lag = Hub(FakeStore(clock, 1), HubConfig(), clock, bus=bus), LoopLag(clock)
    sources = (HubFigures(hub), BusFigures(hub.relay), lag, Process())
    board, figures = Board(), hub.figures
    for at in (1, 2):
        told = reported([each for source in sources for each in source.families()], at)
        board.take("n1", orjson.loads(orjson.dumps(told)), now=at)
        for spread in (figures.commit_seconds, figures.commit_sizes, bus.delays, lag.seen):
            spread.observe(0.5)
        figures.deliveries, figures.writes = 20, 4

    row = as_row(board.nodes(2)[0])

    assert [name for name, value in row.items() if value is None] == []
    assert (row["messages_per_write"], row["bus"]) == (5, "down")


def test_a_counter_becomes_a_rate_by_the_nodes_own_clock() -> None:
    board = Board()

    board.take("n1", report(100, hub_messages=500), now=7)
    board.take("n1", report(102, hub_messages=1500), now=900)  # whatever our own clock does

    [node] = board.nodes(900)
    assert node.rate("hub_messages") == 500


def test_before_the_second_report_there_is_no_rate() -> None:
    board = Board()
    board.take("n1", report(100, hub_sockets=3, hub_messages=500), now=0)

    row = as_row(board.nodes(0)[0])

    assert (row["sockets"], row["messages_per_second"]) == (3, None)


def test_a_distribution_is_that_of_the_time_between() -> None:
    board = Board()
    old = [0.05] * 1000
    board.take("n1", report(1, hub_commit_seconds=spread(*old)), now=0)

    board.take("n1", report(2, hub_commit_seconds=spread(*old, *[0.0005] * 100)), now=1)

    late = as_row(board.nodes(1)[0])["commit_p99_ms"]
    assert late == pytest.approx(0.99)


def test_a_node_of_another_release_is_shown_with_what_it_tells() -> None:
    board = Board()
    other = {"bounds": [1], "counts": [1, 1], "sum": 3.0}
    board.take("n1", report(1, hub_sockets=1, hub_commit_seconds=spread(0.05)), now=0)
    board.take("n1", report(2, hub_sockets=1, hub_commit_seconds=other, news=1), now=1)

    row = as_row(board.nodes(1)[0])

    assert (row["sockets"], row["commit_p99_ms"], row["rooms"]) == (1, None, None)


def test_a_report_that_came_twice_divides_by_nothing() -> None:
    board = Board()
    board.take("n1", report(1, hub_messages=1), now=0)
    board.take("n1", report(1, hub_messages=1), now=0)

    assert board.nodes(0)[0].rate("hub_messages") is None


def test_a_node_falls_silent_and_then_is_gone() -> None:
    board = Board()
    board.take("n1", report(1), now=0)

    assert board.nodes(SILENT - 0.1)[0].silent == 0
    assert board.nodes(SILENT + 1)[0].silent == SILENT + 1
    assert board.nodes(GONE) == []


@pytest.mark.parametrize(
    ("only", "shown"), [("", ["a1", "b2"]), ("a", ["a1"]), ("web2", ["b2"]), ("x", [])]
)
def test_one_may_ask_for_some_by_name_or_host(only: str, shown: list[str]) -> None:
    board = Board(only)
    board.take("b2", report(1, "web2"), now=0)
    board.take("a1", report(1, "web1"), now=0)

    assert [node.name for node in board.nodes(0)] == shown

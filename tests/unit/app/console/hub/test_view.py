from __future__ import annotations

import click
import pytest

from app.console.hub.board import COLUMNS, SILENT, Board
from app.console.hub.view import NOBODY, line, lines
from pkg.console.output import width
from tests.unit.app.console.hub.test_board import report


def board(*names: str, **figures: float) -> Board:
    """A board on which each node has sent a report at 0 and one at 1 s; counters went from 0."""
    made = Board()
    for name in names:
        made.take(name, report(0, **dict.fromkeys(figures, 0)), now=0)
        made.take(name, report(1, **figures), now=1)
    return made


def shown(made: Board, columns: int = 200, now: float = 1) -> list[str]:
    return [click.unstyle(text) for text in lines(made.nodes(now), columns)]


def cells(text: str) -> list[str]:
    return text.split()


def test_a_line_a_node_and_their_sum_below() -> None:
    text = shown(board("n1", "n2", hub_sockets=1200, hub_messages=30))

    assert text[0].startswith("parley hub  2 nodes  2,400 sockets")
    assert cells(text[3])[:2] == ["n1", "1,200"]
    assert cells(text[5])[:2] == ["all", "2,400"]
    assert "60" in cells(text[5])


def test_one_node_needs_no_sum() -> None:
    assert len(shown(board("n1"))) == 4


@pytest.mark.parametrize("columns", [20, 40, 80, 120, 200])
def test_what_does_not_fit_is_left_out_by_columns_the_least_wanted_first(columns: int) -> None:
    text = shown(board("n1", "n2", hub_sockets=7), columns)

    assert all(width(row) <= columns for row in text[2:])
    heads = [column.head for column in COLUMNS]
    there = [head for head in heads if head in text[2]]
    assert there == heads[: len(there)]
    assert there


@pytest.mark.parametrize(
    ("value", "short"), [(999, "999"), (9999, "9,999"), (12_345, "12.3k"), (2_500_000, "2.50M")]
)
def test_a_large_number_is_short(value: float, short: str) -> None:
    assert short in cells(shown(board("n1", hub_sockets=value))[3])


def test_a_silent_node_says_so_in_its_line() -> None:
    text = shown(board("n1"), now=SILENT + 3)

    assert text[3].endswith(f"silent for {SILENT + 2:.0f} s")


def test_nobody_is_told_with_what_went_wrong_if_anything_did() -> None:
    assert [click.unstyle(text) for text in lines([], 80)][-1] == NOBODY
    assert lines([], 80, "the database is away")[-1] == "the database is away"


def test_a_line_for_a_file_has_every_column_by_name() -> None:
    [node] = board("n1", hub_sockets=3).nodes(1)

    told = dict(part.split("=") for part in line(node).split(" "))

    assert list(told) == [column.name for column in COLUMNS]
    assert (told["node"], told["sockets"], told["rooms"]) == ("n1", "3", "-")

"""The board as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import click

from app.console.hub.board import COLUMNS, Column, Node, Value
from pkg.console.output import width

NOBODY: Final = "no node answers: is a server running on this database?"
GAP: Final = 2
THOUSAND: Final = 10_000  # from here on a number is written short


def lines(nodes: Sequence[Node], columns: int, note: str = "") -> list[str]:
    """Answers what fills a terminal of so many *columns*: a head, a line a node, their sum."""
    sockets = sum(node.figure("hub_sockets") or 0 for node in nodes)
    count = f"{len(nodes)} nodes  {_short(sockets, 0)} sockets"
    head = f"parley hub  {count}   Ctrl-C ends"
    rest = _table(nodes, columns) if nodes else [note or NOBODY]
    return [click.style(head, bold=True), note if nodes else "", *rest]


def line(node: Node) -> str:
    """Answers *node* as one line, for files and pipes."""
    cells = ((column.name, _text(column, column.of(node))) for column in COLUMNS)
    return " ".join(f"{name}={cell}" for name, cell in cells)


def _table(nodes: Sequence[Node], columns: int) -> Iterator[str]:
    heads = [column.head for column in COLUMNS]
    rows = [[_text(column, column.of(node)) for column in COLUMNS] for node in nodes]
    if len(nodes) > 1:
        rows.append([_total(column, nodes) for column in COLUMNS])
    widths = [max(map(width, cells)) for cells in zip(heads, *rows, strict=True)]
    fit = _fitting(widths, columns)
    yield click.style(_joined(heads, widths[:fit]), dim=True)
    for number, row in enumerate(rows):
        text = _joined(row, widths[:fit])
        node = nodes[number] if number < len(nodes) else None
        if node is not None and node.silent:
            text = click.style(f"{text}  silent for {node.silent:.0f} s", fg="red")
        yield click.style(text, bold=True) if node is None else text


def _fitting(widths: Sequence[int], columns: int) -> int:
    """Answers how many columns fit; the first one always does, cut if need be."""
    used = 0
    for number, size in enumerate(widths):
        used += size + (GAP if number else 0)
        if used > columns:
            return max(1, number)
    return len(widths)


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=False)
    parts = [first[0].ljust(first[1]), *(cell.rjust(size) for cell, size in rest)]
    return (" " * GAP).join(parts).rstrip()


def _total(column: Column, nodes: Sequence[Node]) -> str:
    if column.name == "node":
        return "all"
    found = [value for node in nodes if isinstance(value := column.of(node), int | float)]
    return _text(column, sum(found)) if column.is_summed and found else ""


def _text(column: Column, value: Value) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else _short(value, column.digits)


def _short(value: float, digits: int) -> str:
    if value >= THOUSAND * 100:
        return f"{value / 1e6:.2f}M"
    if value >= THOUSAND:
        return f"{value / 1e3:.1f}k"
    return f"{value:,.{digits}f}"

"""Every route, out of the table of routes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson

from app.console.route import told

if TYPE_CHECKING:
    from app.http.routing import Row

PAGE = """\
# Routes

Who may: *anyone*, *guest* (not signed in), *user* (signed in), *confirmed* (signed in and proved
again within minutes), *admin*. The fields of forms and answers stand in
[openapi.json](openapi.json), which a running server shows at `/docs`.

Written by `make docs` from the tables in `routes/`: change it there.
"""


def routes_page(rows: Sequence[Row]) -> str:
    """Answers the page of routes: a table a controller."""
    parts = [PAGE]
    for topic, members in groupby(rows, key=lambda row: row.name.partition(".")[0]):
        parts.append(f"\n## {topic.replace('_', ' ').capitalize()}\n")
        parts.append("\n| Route | Who may | Limit | Form | Answer |\n|---|---|---|---|---|\n")
        parts += [_line(told(row)) for row in members]
    return "".join(parts)


def openapi(tree: dict[str, Any]) -> str:
    """Answers the OpenAPI document as a file."""
    return orjson.dumps(tree, option=orjson.OPT_INDENT_2).decode() + "\n"


def _line(row: dict[str, str]) -> str:
    path = f"`{row['method']} {row['path']}`"
    names = (f"`{row[name]}`" if row[name] else "" for name in ("form", "answer"))
    return f"| {path} | {row['guard']} | {row['limit']} | {' | '.join(names)} |\n"

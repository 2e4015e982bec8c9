"""Reads SQLite's tables: its pragmas, and for names and checks the text a table was made with."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from pkg.migrate.contract import Target
from pkg.migrate.inspect import body
from pkg.migrate.inspect.found import (
    FoundCheck,
    FoundColumn,
    FoundKey,
    FoundReference,
    FoundTable,
    FoundTrigger,
)
from pkg.migrate.inspect.words import default_of, kind_of
from pkg.migrate.table import Kind

TYPES: dict[str, Kind] = {
    "smallint": "small", "int": "integer", "integer": "big", "bigint": "big", "real": "double",
    "varchar": "string", "text": "text", "blob": "binary", "timestamp": "moment", "date": "date",
    "json": "json", "char(36)": "uuid",
}  # fmt: skip
GENERATED = (2, 3)  # of table_xinfo's `hidden`: virtual, stored

OF_TABLES = "FROM sqlite_master m, {pragma} WHERE m.type = 'table' AND m.name NOT GLOB 'sqlite_*'"
MADE = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT GLOB 'sqlite_*'"
COLUMNS = f"SELECT m.name AS of_table, p.* {OF_TABLES} ORDER BY m.name, p.cid".format(
    pragma="pragma_table_xinfo(m.name) p"
)
KEYS = (
    'SELECT m.name AS of_table, p.name, p."unique", p.origin, p.partial, c.name AS column_name '
    f"{OF_TABLES} ORDER BY m.name, p.name, c.seqno"
).format(pragma="pragma_index_list(m.name) p, pragma_index_info(p.name) c")
REFERENCES = f"SELECT m.name AS of_table, p.* {OF_TABLES} ORDER BY m.name, p.id, p.seq".format(
    pragma="pragma_foreign_key_list(m.name) p"
)

Rows = list[dict[str, Any]]


async def read(target: Target) -> dict[str, FoundTable]:
    """Answers every table by name."""
    made = await target.fetch(MADE)
    texts = {row["name"]: row["sql"] or "" for row in made if row["type"] == "table"}
    columns = _by_table(await target.fetch(COLUMNS))
    keys = _by_table(await target.fetch(KEYS))
    references = _by_table(await target.fetch(REFERENCES))
    indexes = {row["name"]: row["sql"] for row in made if row["type"] == "index"}
    primaries = {name: _primary(columns[name]) for name in texts}
    return {
        name: FoundTable(
            name=name,
            columns=tuple(_column(row, text) for row in columns[name]),
            primary=primaries[name],
            keys=_keys(keys[name], indexes),
            references=_references(references[name], text, primaries),
            checks=tuple(FoundCheck(*check) for check in body.checks(text)),
            triggers=tuple(
                FoundTrigger(row["name"], row["sql"])
                for row in sorted(made, key=lambda row: str(row["name"]))
                if row["type"] == "trigger" and row["tbl_name"] == name
            ),
        )
        for name, text in texts.items()
    }


def _by_table(rows: Rows) -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    for row in rows:
        found[row["of_table"]].append(row)
    return found


def _primary(columns: Rows) -> tuple[str, ...]:
    return tuple(
        row["name"] for row in sorted(columns, key=lambda row: int(row["pk"])) if row["pk"]
    )


def _column(row: dict[str, Any], text: str) -> FoundColumn:
    kind, length, scale = kind_of(row["type"], TYPES)
    if row["pk"] and kind == "big" and re.search(r"\bAUTOINCREMENT\b", text, re.IGNORECASE):
        kind = "id"
    return FoundColumn(
        name=row["name"],
        kind=kind,
        raw=row["type"],
        length=length,
        scale=scale,
        null=not row["notnull"] and not row["pk"],
        default=default_of(row["dflt_value"], kind, "sqlite"),
        expression=row["dflt_value"],
        generated=row["hidden"] in GENERATED,
    )


def _keys(rows: Rows, statements: dict[str, str | None]) -> tuple[FoundKey, ...]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[row["name"]].append(row["column_name"] or "")
    first = {row["name"]: row for row in rows if row["origin"] != "pk"}
    return tuple(
        FoundKey(
            name="" if first[name]["origin"] == "u" else name,  # sqlite_autoindex_...
            columns=tuple(columns),
            unique=bool(first[name]["unique"]),
            plain=all(columns) and not first[name]["partial"],
            sql=statements.get(name),
        )
        for name, columns in found.items()
        if name in first
    )


def _references(
    rows: Rows, text: str, primaries: dict[str, tuple[str, ...]]
) -> tuple[FoundReference, ...]:
    names = body.reference_names(text)
    found: dict[int, Rows] = defaultdict(list)
    for row in rows:
        found[row["id"]].append(row)
    made = []
    for parts in found.values():
        columns, first = tuple(part["from"] for part in parts), parts[0]
        to = tuple(part["to"] for part in parts if part["to"])
        made.append(
            FoundReference(
                name=names.get(columns, ""),
                columns=columns,
                table=first["table"],
                to=to or primaries.get(first["table"], ()),
                on_delete=first["on_delete"].lower(),
                on_update=first["on_update"].lower(),
            )
        )
    return tuple(sorted(made, key=lambda one: (one.name, one.columns)))

"""db:table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from difflib import get_close_matches

import click

from app.console.db.show import readable
from app.console.tables import with_database
from app.kernel import Kernel
from pkg.console import Stop, table
from pkg.console.options import json_option
from pkg.database import Database
from pkg.migrate.inspect import FoundColumn, FoundTable, TableSize, read_tables, sizes
from pkg.migrate.table import NOW


@click.command("db:table")
@click.argument("name")
@json_option
@click.pass_obj
def db_table(kernel: Kernel, name: str, as_json: bool) -> None:
    """Shows the table NAME as it stands: columns, keys, references, checks, triggers."""
    tables, size = with_database(kernel, lambda database: _read(database, name))
    if size is None:
        raise Stop(_missing(name, tables))
    found = tables[name]
    if as_json:
        click.echo(json.dumps(_told(found, size), ensure_ascii=False, indent=2))
        return
    click.echo(f"{name}: {size.rows} rows, {readable(size.bytes) or 'size unknown'}")
    for title, columns, rows in _sections(found):
        if rows:
            click.echo(f"\n{title}")
            table(columns, rows)


async def _read(database: Database, name: str) -> tuple[dict[str, FoundTable], TableSize | None]:
    tables = await read_tables(database)
    return tables, (await sizes(database, name))[0] if name in tables else None


def _missing(name: str, tables: dict[str, FoundTable]) -> str:
    if not tables:
        return f"there is no table {name}, nor any other: `migrate up` makes them"
    nearest = get_close_matches(name, tables, n=3, cutoff=0)
    return f"there is no table {name}; the nearest are {', '.join(nearest)}"


def _told(found: FoundTable, size: TableSize) -> dict[str, object]:
    columns = tuple(
        replace(column, default="now") if column.default == NOW else column
        for column in found.columns
    )
    return {**asdict(replace(found, columns=columns)), "rows": size.rows, "bytes": size.bytes}


def _sections(found: FoundTable) -> list[tuple[str, Sequence[str], list[Sequence[str]]]]:
    keys = [("", ", ".join(found.primary), "primary")] if found.primary else []
    keys += [
        (key.name, ", ".join(name or "(expression)" for name in key.columns), _kind(key.unique))
        for key in found.keys
    ]
    references = [
        (
            one.name,
            ", ".join(one.columns),
            f"{one.table} ({', '.join(one.to)})",
            one.on_delete,
        )
        for one in found.references
    ]
    return [
        ("Columns", ("name", "type", "null", "default"), [_column(one) for one in found.columns]),
        ("Keys", ("name", "columns", "kind"), [*keys]),
        ("References", ("name", "columns", "to", "on delete"), [*references]),
        ("Checks", ("name", "holds"), [(one.name, one.expression) for one in found.checks]),
        ("Triggers", ("name", "does"), [(one.name, _line(one.sql)) for one in found.triggers]),
    ]


def _column(column: FoundColumn) -> tuple[str, str, str, str]:
    default = "generated" if column.generated else _line(column.expression or "")
    return column.name, column.raw, "yes" if column.null else "", default


def _kind(unique: bool) -> str:
    return "unique" if unique else "index"


def _line(text: str) -> str:
    return " ".join(text.split())

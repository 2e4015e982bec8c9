"""db:show."""

from __future__ import annotations

import click

from app.console.tables import with_database
from app.kernel import Kernel
from pkg.console import show
from pkg.console.options import json_option
from pkg.database import Database
from pkg.migrate.inspect import FoundTable, TableSize, read_tables, sizes

COLUMNS = ("table", "rows", "size", "columns", "keys", "references")
UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


@click.command("db:show")
@json_option
@click.pass_obj
def db_show(kernel: Kernel, /, *, as_json: bool) -> None:
    """Shows every table: its rows, counted one by one, and its size with keys.

    On a large database the counting takes a while. db:table shows one of them.
    """
    where, tables, found = with_database(kernel, _read)
    if not as_json:
        click.echo(where)
    rows = [_row(tables[one.name], one, as_json=as_json) for one in found]
    show(rows, COLUMNS, as_json=as_json)


def readable(size: int | None) -> str:
    """Answers *size*, in bytes, as people read it; nothing where nobody knows."""
    if size is None:
        return ""
    amount, unit = float(size), 0
    while amount >= 1024 and unit < len(UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    return f"{amount:.0f} {UNITS[unit]}" if unit < 2 else f"{amount:.1f} {UNITS[unit]}"


async def _read(database: Database) -> tuple[str, dict[str, FoundTable], list[TableSize]]:
    tables = await read_tables(database)
    return database.address.where, tables, await sizes(database, *tables)


def _row(table: FoundTable, size: TableSize, *, as_json: bool) -> dict[str, object]:
    return {
        "table": table.name,
        "rows": size.rows,
        "size": size.bytes if as_json else readable(size.bytes),
        "columns": len(table.columns),
        "keys": len(table.keys) + bool(table.primary),
        "references": len(table.references),
    }

"""migrate:test."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from app.console.db.bar import Bar
from app.console.db.moving import moving
from app.console.migrations.copies import copied
from app.kernel import Kernel
from pkg.console import Exit, fail, ok, table, warn
from pkg.console.options import json_option
from pkg.migrate.trial import Line, Report, Trial
from pkg.transfer import Watch

COLUMNS = ("table", "before", "up", "down", "up again", "")


@click.command("migrate:test")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@json_option
@click.pass_context
def migrate_test(ctx: click.Context, names: Sequence[str], as_json: bool) -> None:
    """Tries migrations up, down and up again, on a copy of the database with its rows.

    Those named, and those between them; else what is pending; else the last batch. The numbers are
    rows. It ends with 1 where the way down does not lead back, where the second way up leads
    elsewhere, or where rows or values are lost that no file speaks of. The database itself is only
    read.
    """
    report, notes = moving(_run(ctx.obj, names, (lambda *_: None) if as_json else Bar()))
    for note in notes:
        warn(note)
    if as_json:
        click.echo(json.dumps(asdict(report), indent=2))
    else:
        click.echo(", ".join(report.names))
        table(COLUMNS, [_row(line) for line in report.lines])
    for fault in report.faults:
        fail(fault)
    if report.faults:
        ctx.exit(Exit.FAILED)
    if not as_json:
        ok(f"{len(report.names)} tried: down leads back, and nothing is lost unsaid")


async def _run(kernel: Kernel, names: Sequence[str], watch: Watch) -> tuple[Report, Sequence[str]]:
    async with copied(kernel, watch=watch) as copy:
        return await Trial(copy.database, kernel.migrations).run(names), copy.notes


def _row(line: Line) -> tuple[str, ...]:
    verdict = "wrong" if line.faults else "said" if line.named else ""
    return line.table, *("-" if one is None else str(one) for one in line.rows), verdict

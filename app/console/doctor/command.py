"""doctor."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Final

import click

from app.console.doctor.check import Check, Finding, Level, Patient
from app.console.doctor.examine import examine
from app.kernel import Kernel
from pkg.console import Exit
from pkg.console.options import json_option

MARKS: Final = {
    Level.WELL: ("✓", "green"),
    Level.ODD: ("!", "yellow"),
    Level.WRONG: ("✗", "red"),
    Level.SKIPPED: ("-", "bright_black"),
}

Told = tuple[Check, Finding, str]


@click.command("doctor")
@click.option("--fix", is_flag=True, help="Mends what harms nobody: rights, folders, a key.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, /, *, fix: bool, as_json: bool) -> None:
    """Looks at everything this installation needs, and names the command that mends it.

    Ends with 1 when something is wrong. --fix takes .env away from others, makes missing folders
    and a missing APP_KEY, and where nobody is served yet applies pending migrations.
    """
    kernel: Kernel = ctx.obj
    told = asyncio.run(_examined(kernel, fix=fix, say=not as_json))
    if as_json:
        click.echo(json.dumps([_row(*each) for each in told], ensure_ascii=False, indent=2))
    if any(found.level is Level.WRONG for _, found, _ in told):
        ctx.exit(Exit.FAILED)


async def _examined(kernel: Kernel, *, fix: bool, say: bool) -> Sequence[Told]:
    patient, told = Patient(kernel), list[Told]()
    try:
        async for each in examine(patient, fix=fix):
            told.append(each)
            if say:
                _say(*each)
    finally:
        if patient.database is not None:
            await patient.database.close()
    return told


def _say(check: Check, found: Finding, done: str) -> None:
    mark, color = MARKS[found.level]
    click.echo(f"{click.style(mark, fg=color)} {check.name:<11} {found.says}")
    if done:
        click.echo(f"  {'':<11} mended: {done}")
    if found.mend:
        click.echo(f"  {'':<11} → {found.mend}")


def _row(check: Check, found: Finding, done: str) -> dict[str, str]:
    return {
        "name": check.name,
        "level": found.level.value,
        "says": found.says,
        "mend": found.mend,
        "done": done,
    }

"""migrate: up, down (rollback), status, reset, refresh, fresh."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from app.console.seed import sow
from app.console.tables import allow, anew, migrating
from app.kernel import Kernel
from pkg.console import Exit, ok, show
from pkg.console.options import force_option, json_option
from pkg.migrate import Migrator, Ran, Standing

step_option = click.option("--step", type=click.IntRange(1), metavar="N", help="Only N files.")
pretend_option = click.option("--pretend", is_flag=True, help="Prints what would run, runs none.")
seed_option = click.option("--seed", is_flag=True, help="Runs the seeders afterwards.")
wait_option = click.option(
    "--wait",
    type=click.FloatRange(0, 86_400),
    metavar="S",
    help="Seconds to wait while another process migrates; 30 unless given.",
)


@click.command("migrate:up")
@step_option
@click.option("--to", metavar="NAME", help="The last file to apply.")
@wait_option
@click.option(
    "--restart", is_flag=True, help="Begins a half-done file anew, once that was undone by hand."
)
@pretend_option
@seed_option
@force_option
@click.pass_obj
def up(kernel: Kernel, /, *, pretend: bool, seed: bool, force: bool, **which: Any) -> None:
    """Applies what is pending, as one batch.

    A lock keeps two nodes apart: the second one waits, and ends with 75 when that takes too long.
    A file that failed half-way on MySQL goes on behind what is done.
    """
    how = {name: which.pop(name) for name in ("wait", "restart")}
    if pretend:
        _tell(migrating(kernel, lambda migrator: migrator.pretend("up", **which)))
        return
    allow(kernel, force=force)
    ran = migrating(kernel, lambda migrator: migrator.up(**which, **how))
    ok(f"{len(ran)} applied" if ran else "nothing is pending")
    if seed:
        sow(kernel)


@click.command("migrate:down")
@step_option
@click.option("--batch", type=click.IntRange(0), metavar="N", help="That batch, not the last one.")
@wait_option
@pretend_option
@force_option
@click.pass_obj
def down(kernel: Kernel, /, *, pretend: bool, force: bool, **which: Any) -> None:
    """Takes back the last batch, newest file first."""
    wait = which.pop("wait")
    if pretend:
        _tell(migrating(kernel, lambda migrator: migrator.pretend("down", **which)))
        return
    allow(kernel, force=force)
    ran = migrating(kernel, lambda migrator: migrator.down(wait=wait, **which))
    ok(f"{len(ran)} taken back" if ran else "there is nothing to take back")


rollback = click.Command("migrate:rollback", callback=down.callback, help=down.help)
rollback.params = [*down.params]


@click.command("migrate:status")
@click.option("--pending", "only_pending", is_flag=True, help="Only what is not applied.")
@json_option
@click.pass_context
def status(ctx: click.Context, /, *, only_pending: bool, as_json: bool) -> None:
    """Shows every migration; ends with 1 when something is pending."""
    found = migrating(ctx.obj, lambda migrator: migrator.status())
    rows = [_row(each) for each in found if each.pending or not only_pending]
    if rows or as_json:
        show(rows, ("name", "batch", "state", "at"), as_json=as_json)
    else:
        ok("nothing is pending")
    if any(each.pending for each in found):
        ctx.exit(Exit.FAILED)


@click.command("migrate:reset")
@wait_option
@force_option
@click.pass_obj
def reset(kernel: Kernel, /, *, wait: float | None, force: bool) -> None:
    """Takes every migration back."""
    allow(kernel, "take every migration back, with all rows?", force=force)
    ran = migrating(kernel, lambda migrator: migrator.reset(wait=wait))
    ok(f"{len(ran)} taken back" if ran else "there is nothing to take back")


@click.command("migrate:refresh")
@step_option
@wait_option
@seed_option
@force_option
@click.pass_obj
def refresh(
    kernel: Kernel, /, *, step: int | None, wait: float | None, seed: bool, force: bool
) -> None:
    """Takes every migration back, or the last N files, and applies them again."""

    async def again(migrator: Migrator) -> Sequence[Ran]:
        await (migrator.down(step=step, wait=wait) if step else migrator.reset(wait=wait))
        return await migrator.up(wait=wait)

    allow(kernel, "take migrations back and apply them again, without their rows?", force=force)
    ok(f"{len(migrating(kernel, again))} applied")
    if seed:
        sow(kernel)


@click.command("migrate:fresh")
@wait_option
@seed_option
@force_option
@click.pass_obj
def fresh(kernel: Kernel, /, *, wait: float | None, seed: bool, force: bool) -> None:
    """Drops every table, whoever made it, and applies everything."""
    allow(kernel, "drop every table of this database?", force=force)
    anew(kernel, wait=wait)
    if seed:
        sow(kernel)


def _tell(planned: Sequence[Ran]) -> None:
    for ran in planned:
        click.echo(f"-- {ran.name} ({ran.direction})")
        for statement in ran.statements:
            click.echo(statement if statement.startswith("--") else f"{statement};")
        if not ran.complete:
            click.echo("-- what comes next hangs on rows that only a run makes")
    if not planned:
        ok("there is nothing to run")


def _row(standing: Standing) -> dict[str, object]:
    state = "pending" if standing.pending else "file is missing" if standing.missing else "applied"
    if standing.done:
        state = f"{state}, {standing.done} statements {'done' if standing.pending else 'undone'}"
    return {
        "name": standing.name,
        "batch": standing.batch or "",
        "state": state,
        "at": f"{standing.at:%Y-%m-%d %H:%M:%S}Z" if standing.at else "",
    }

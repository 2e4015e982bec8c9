"""list, help."""

from __future__ import annotations

import json

import click

from pkg.console import Table
from pkg.console.options import json_option


@click.command("list")
@json_option
@click.pass_context
def list_commands(ctx: click.Context, as_json: bool) -> None:
    """Shows every command."""
    console = _console(ctx)
    if as_json:
        rows = [{"name": name, "line": entry.line} for name, entry in console.entries.items()]
        click.echo(json.dumps(rows, indent=2))
    else:
        click.echo(console.get_help(ctx.find_root()))


@click.command("help")
@click.argument("name", nargs=-1)
@click.pass_context
def help_command(ctx: click.Context, name: tuple[str, ...]) -> None:
    """Explains the command NAME; without one, shows them all."""
    console = _console(ctx)
    if not name:
        click.echo(console.get_help(ctx.find_root()))
        return
    found, command, _ = console.resolve_command(ctx, [*name, "--help"])
    assert command is not None  # noqa: S101  resolve_command ends the run on a miss
    with click.Context(command, info_name=found, parent=ctx.find_root()) as inner:
        click.echo(command.get_help(inner))


def _console(ctx: click.Context) -> Table:
    console = ctx.find_root().command
    if not isinstance(console, Table):
        raise click.UsageError("this command shows a table of commands, and there is none")
    return console

"""Every command, out of the commands themselves."""

from __future__ import annotations

import click

from app.console.commands import COMMANDS
from pkg.console import Table

WIDTH = 100
PAGE = """\
# Commands

`python main.py COMMAND`. `migrate:up` and `migrate up` are one command. Every command takes
`-e NAME` (reads `.env.NAME`), `-n` (asks nothing) and `-v` (shows the traceback of a failure),
before its name or after. A command that ends well answers 0; 1 says that it failed, 2 that it was
called wrongly, 3 that a deployment refuses it without `--force`, 75 that another process holds the
lock. Colours appear on a terminal only, and never where `NO_COLOR` is set.

Written by `make docs` from the commands: change it there.

| Command | Does |
|---|---|
"""


def commands_page() -> str:
    """Answers the page of commands: the table, then each one's own help."""
    parts = [PAGE]
    parts += [
        f"| [{name}](#{_anchor(name)}) | {entry.line} |\n" for name, entry in COMMANDS.items()
    ]
    console = Table(COMMANDS, name="main.py")
    names = ["-h", "--help"]  # as main.py has them
    with click.Context(console, info_name="python main.py", help_option_names=names) as root:
        parts += [_section(console, root, name) for name in COMMANDS]
    return "".join(parts)


def _section(console: Table, root: click.Context, name: str) -> str:
    command = console.get_command(root, name)
    if command is None:
        raise LookupError(name)
    with click.Context(
        command, info_name=name, parent=root, terminal_width=WIDTH, max_content_width=WIDTH
    ) as ctx:
        text = "\n".join(line.rstrip() for line in command.get_help(ctx).splitlines())
    return f"\n## {name}\n\n```text\n{text}\n```\n"


def _anchor(name: str) -> str:
    return name.replace(":", "")

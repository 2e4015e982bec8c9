"""Every command, out of the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from app.console.commands import COMMANDS
from app.kernel import HELPS
from pkg.console import Helps, Table

WIDTH = 100
SOURCES = Path(__file__).resolve().parents[3]  # wherever it is written to, it is of this code
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
    with _root() as root:
        parts += [_section(root, name) for name in COMMANDS]
    return "".join(parts)


def helps() -> str:
    """Answers every command's help, for the file that says it without loading the command."""
    with _root() as root:
        found = ((name, entry.target, _command(root, name)) for name, entry in COMMANDS.items())
        return Helps(SOURCES, HELPS).text(found, root)


@contextmanager
def _root() -> Iterator[click.Context]:
    names = ["-h", "--help"]  # as main.py has them
    console = Table(COMMANDS, name="main.py")
    with click.Context(console, info_name="python main.py", help_option_names=names) as root:
        yield root


def _command(root: click.Context, name: str) -> click.Command:
    console = root.command
    command = console.get_command(root, name) if isinstance(console, Table) else None
    if command is None:
        raise LookupError(name)
    return command


def _section(root: click.Context, name: str) -> str:
    command = _command(root, name)
    with click.Context(
        command, info_name=name, parent=root, terminal_width=WIDTH, max_content_width=WIDTH
    ) as ctx:
        text = "\n".join(line.rstrip() for line in command.get_help(ctx).splitlines())
    return f"\n## {name}\n\n```text\n{text}\n```\n"


def _anchor(name: str) -> str:
    return name.replace(":", "")

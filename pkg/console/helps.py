"""The help of commands, kept beside them: a command is not loaded only to say what it does."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import click


class Explained(click.Command):
    """A command of which only the help is there; whatever else it is called with is let by."""

    def __init__(self, name: str, kept: Mapping[str, Any]) -> None:
        settings = {"ignore_unknown_options": True, "allow_extra_args": True}
        super().__init__(name, help=kept["help"], context_settings=settings)
        self._kept = kept

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return list(self._kept["usage"])

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Options"):
            formatter.write_dl([(names, line) for names, line in self._kept["options"]])


class Helps:
    """The helps kept in *file*, of commands whose modules lie below *root*.

    One that was written anew since is not answered: better a slow help than an old one.
    """

    def __init__(self, root: Path, file: str) -> None:
        self._root = root
        self._file = root / file

    def find(self, name: str, target: str) -> click.Command | None:
        """Answers something that says the help of the command *name*, or None: load it."""
        kept = self._kept.get(name)
        if kept is None or kept["source"] != self._sum(target):
            return None
        return Explained(name, kept)

    def text(self, commands: Iterable[tuple[str, str, click.Command]], root: click.Context) -> str:
        """Answers what the file has to hold for *commands*: name, target, and the command."""
        found = {}
        for name, target, command in commands:
            with click.Context(command, info_name=name, parent=root) as ctx:
                options = (p for p in command.get_params(ctx) if isinstance(p, click.Option))
                records = (option.get_help_record(ctx) for option in options)
                found[name] = {
                    "source": self._sum(target),
                    "usage": command.collect_usage_pieces(ctx),
                    "help": command.help,
                    "options": [record for record in records if record],
                }
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"

    def _sum(self, target: str) -> int:
        """Answers what changes when a command's decorators, parameters or docstring do."""
        module, _, attribute = target.partition(":")
        try:
            text = (self._root / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
        except OSError:
            return 0
        return zlib.crc32(_said(text, attribute).encode())

    @cached_property
    def _kept(self) -> Mapping[str, Mapping[str, Any]]:
        try:
            found: dict[str, dict[str, Any]] = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not written yet, or half merged
            return {}
        return found


def _said(text: str, function: str) -> str:
    """Answers *text* from the first decorator of *function* to the end of its docstring.

    Two empty lines stand before it, as the formatter has it; a command made without a function
    has all of the file.
    """
    before, found, after = text.partition(f"\ndef {function}(")
    first, quotes, rest = after.partition('"""')
    if not (found and quotes):
        return text
    return before.rpartition("\n\n\n")[2] + found + first + rest.partition('"""')[0]

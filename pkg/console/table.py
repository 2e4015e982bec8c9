"""A table of commands that loads one when it is asked for."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Protocol, Self

import click

from pkg.console.exits import Exit
from pkg.console.helps import Helps
from pkg.console.output import explain
from pkg.errors import Error

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


NOUN = f"{__name__}.noun"  # in a context's meta: the first word of a line being typed


class Entry(NamedTuple):
    """A row of the table: where the command is, and its line in the help."""

    target: str  # module:attribute
    line: str


@dataclass(frozen=True, slots=True)
class Flags:
    """What the global options say."""

    env: str | None = None
    interactive: bool = True
    verbose: bool = False


class Told(Protocol):
    """What commands are handed: it takes the global options wherever they were written."""

    @property
    def flags(self) -> Flags:
        """The options so far."""
        ...

    def told(self, flags: Flags) -> Self:
        """Answers a copy that knows *flags*."""
        ...


class Table(click.Group):
    """Commands by name; ``noun:verb`` and ``noun verb`` are one command.

    Where *helps* has a command's help it is not loaded to say it.
    """

    def __init__(
        self, entries: Mapping[str, Entry], *, helps: Helps | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.entries = entries
        self._helps = helps
        self.params += global_options(hidden=False)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        command.name = cmd_name
        known = {option for param in command.params for option in param.opts}
        command.params += [
            option for option in global_options(hidden=True) if not known.intersection(option.opts)
        ]
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if ctx.resilient_parsing:
            return self._resolve_so_far(ctx, [word for word in args if word != ":"])
        name = ":".join(args[:2])
        if args[0] not in self.entries and name in self.entries:
            args = [name, *args[2:]]
        if args[0] not in self.entries:
            self._miss(ctx, args)
        asked = args[1 : args.index("--")] if "--" in args else args[1:]
        if set(ctx.help_option_names).intersection(asked):
            return args[0], self.explained(ctx, args[0]), args[1:]
        return super().resolve_command(ctx, args)

    def explained(self, ctx: click.Context, name: str) -> click.Command | None:
        """Answers the command *name*, or something cheaper that says its help."""
        target = self.entries[name].target
        found = self._helps.find(name, target) if self._helps else None
        return found or self.get_command(ctx, name)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Answers what *incomplete* may become: a command, a noun, or a verb after its noun."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415  for shells only

        noun, incomplete = ctx.meta.get(NOUN), incomplete.removeprefix(":")
        words = self._verbs(noun) if noun else self._names(whole=":" in incomplete)
        found = [CompletionItem(w, help=h) for w, h in words.items() if w.startswith(incomplete)]
        return found if noun else [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.line) for name, entry in self.entries.items()])

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        """Runs a command; what the four families raise becomes one line and exit code 1."""
        words = sys.argv[1:] if args is None else args
        try:
            return super().main(words, *rest, **options)
        except (Error, OSError) as exc:
            if "-v" in words or "--verbose" in words:
                traceback.print_exc()
            explain(exc)
            sys.exit(getattr(exc, "exit_code", Exit.FAILED))

    def _resolve_so_far(
        self, ctx: click.Context, words: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Answers the command of a line that is being typed, or notes the noun it begins with.

        bash takes a colon for the end of a word; it is left out of *words*.
        """
        name = ":".join(words[:2])
        if words and words[0] not in self.entries and name in self.entries:
            words = [name, *words[2:]]
        if words and words[0] in self.entries:
            return super().resolve_command(ctx, words)
        ctx.meta[NOUN] = ":".join(words)
        return None, None, []

    def _names(self, *, whole: bool) -> dict[str, str]:
        if whole:
            return {name: entry.line for name, entry in self.entries.items()}
        nouns: dict[str, str] = {}
        for name, entry in self.entries.items():
            noun, _, verb = name.partition(":")
            nouns[noun] = f"{nouns[noun]}, {verb}" if noun in nouns else verb or entry.line
        return nouns

    def _verbs(self, noun: str) -> dict[str, str]:
        mine = f"{noun}:"
        return {
            name.removeprefix(mine): entry.line
            for name, entry in self.entries.items()
            if name.startswith(mine)
        }

    def _miss(self, ctx: click.Context, args: Sequence[str]) -> NoReturn:
        noun = [name for name in self.entries if name.startswith(f"{args[0]}:")]
        if noun and (len(args) == 1 or args[1].startswith("-")):
            click.echo("\n".join(f"{name}  {self.entries[name].line}" for name in noun))
            ctx.exit(Exit.DONE if "--help" in args else Exit.USAGE)
        wanted = ":".join(args[:2]) if noun else args[0]
        ctx.fail(f"there is no command {wanted!r}; the nearest are {', '.join(self.near(wanted))}")

    def near(self, wanted: str) -> list[str]:
        """Answers the three names most like *wanted*."""
        from difflib import get_close_matches  # noqa: PLC0415  19 ms, for a typing mistake only

        return get_close_matches(wanted, self.entries, n=3, cutoff=0)


def global_options(*, hidden: bool) -> list[click.Option]:
    """Answers the options every command takes, before its name or after."""
    return [
        click.Option(
            ["-e", "--env"],
            metavar="NAME",
            help="Reads .env.NAME.",
            expose_value=False,
            hidden=hidden,
            callback=_tell("env"),
        ),
        click.Option(
            ["-n", "--no-interaction", "interactive"],
            is_flag=True,
            flag_value=False,
            default=True,
            help="Asks nothing.",
            expose_value=False,
            hidden=hidden,
            callback=_tell("interactive"),
        ),
        click.Option(
            ["-v", "--verbose"],
            is_flag=True,
            help="Tells more, the traceback of a failure too.",
            expose_value=False,
            hidden=hidden,
            callback=_tell("verbose"),
        ),
    ]


def _tell(flag: str) -> Any:
    def callback(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        if os.environ.get("NO_COLOR"):  # https://no-color.org
            ctx.color = False
        source = ctx.get_parameter_source(param.name or "")
        if source is click.core.ParameterSource.COMMANDLINE and ctx.obj is not None:
            told: Told = ctx.obj
            ctx.obj = told.told(replace(told.flags, **{flag: value}))

    return callback

"""What the generators of one thing share: their options, and which names will do."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Callable

import click

from app.console.make.changes import Changes
from app.console.make.names import LONGEST, NOUN
from app.console.make.references import write_references
from app.console.make.words import SUFFIX, compile_words
from app.kernel import Kernel
from pkg.console import Exit, Stop
from pkg.console.options import plan_option
from pkg.str import snake

Plan = Callable[[Changes, str], None]


def generator(
    name: str, *, metavar: str = "NAME", refers: bool = False
) -> Callable[[Plan], click.Command]:
    """Makes the command *name* of a function that plans its files; its docstring is the help.

    *refers*: the generated references tell of what it writes.
    """

    def made(plan_files: Plan) -> click.Command:
        @click.command(name, help=plan_files.__doc__)
        @click.argument("name", metavar=metavar)
        @plan_option
        @click.pass_obj
        def command(kernel: Kernel, /, *, name: str, plan: bool) -> None:
            changes = Changes(kernel.root)
            plan_files(changes, name)
            end(changes, plan=plan, refers=refers)

        return command

    return made


def end(changes: Changes, *, plan: bool, refers: bool) -> None:
    """Writes what was planned, or with *plan* prints it; references follow where they tell of it.

    Raises:
        Stop: the references cannot be written anew, or new words not compiled.
    """
    changes.end(plan=plan)
    if plan:
        return
    if any(path.suffix == SUFFIX for path in changes.texts):
        compile_words(changes.root)
    if refers:
        write_references(changes.root)


def named(text: str) -> str:
    """Answers *text* as a module and a function are named; its number stays as it is.

    Raises:
        Stop: it cannot be a name in Python and among files.
    """
    if not NOUN.fullmatch(text.replace("-", "_")) or len(text) > LONGEST:
        raise Stop(
            f"{text!r} cannot be a name: letters, digits and _, from a letter on,"
            f" at most {LONGEST}",
            Exit.USAGE,
        )
    name = snake(text)
    if keyword.iskeyword(name) or hasattr(builtins, name):
        raise Stop(f"{text!r} cannot be a name: it is a word of Python's own", Exit.USAGE)
    return name


def pair(text: str, form: str) -> tuple[str, str]:
    """Answers both halves of *text*, such as `chat/archive`, as named.

    Raises:
        Stop: it is no such pair, of which *form* is the pattern, or a half cannot be a name.
    """
    first, slash, second = text.partition("/")
    if not slash:
        raise Stop(f"{text!r} names no place: write {form}", Exit.USAGE)
    return named(first), named(second)


def words(name: str) -> str:
    """Answers *name* for people."""
    return name.replace("_", " ")

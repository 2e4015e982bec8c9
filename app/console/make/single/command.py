"""make:cmd."""

from __future__ import annotations

from pathlib import Path

from app.console.make import tree
from app.console.make.changes import Changes
from app.console.make.single.generator import generator, named
from app.console.make.stub import fill
from pkg.console import Exit, Stop

COMMANDS = "app/console/commands.py"
FORM = "TOPIC:VERB"
LINE = "Tells how many accounts there are."  # what the stub does


@generator("make:cmd", metavar=FORM, refers=True)
def make_cmd(changes: Changes, name: str) -> None:
    """Writes a command, such as topics:archive, its row in the table of commands, and a test."""
    topic, colon, verb = name.partition(":")
    if not colon:
        raise Stop(f"{name!r} names no topic: write {FORM}, such as topics:archive", Exit.USAGE)
    function = f"{named(topic)}_{named(verb)}"
    command = ":".join(named(one).replace("_", "-") for one in (topic, verb))
    holes = {"command": command, "function": function, "line": LINE}
    changes.make(f"app/console/{function}.py", fill("single/command", **holes))
    changes.change(COMMANDS, lambda path, text: _with(path, text, command, function))
    changes.make(f"tests/console/test_{function}.py", fill("single/command_test", **holes))


def _with(path: Path, text: str, command: str, function: str) -> str:
    """Answers the table of commands with a row more: behind those of its topic, or the last."""
    topic = command.partition(":")[0]
    there = tree.keys(path, text, "COMMANDS")
    if command in there:
        raise Stop(f"{path} has {command} already: take another name")
    if topic in there:
        raise Stop(f"{topic} is a command already, and `{topic} ...` runs it: take another topic")
    beside = [one for one in there if one.startswith(f"{topic}:")]
    row = f'"{command}": Entry("app.console.{function}:{function}", "{LINE}")'
    return tree.with_item(path, text, "COMMANDS", row, after=(beside or there)[-1])

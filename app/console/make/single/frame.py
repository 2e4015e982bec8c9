"""make:frame."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from app.console.make import sequence, tree
from app.console.make.changes import Changes
from app.console.make.fields import BadField, Field, read
from app.console.make.layout import call, imports
from app.console.make.single.generator import end, named
from app.console.make.stub import fill
from app.kernel import Kernel
from pkg.console import Exit, Stop
from pkg.console.options import plan_option
from pkg.str import camel

ROUTES = "routes/ws.py"
LONGEST = 20  # each frame on the wire has it
# How a frame holds a field; bounds as rule 70 and JSON's readers want them.
TYPES = {
    "string": "Annotated[str, Meta(max_length={length})]",
    "text": "Annotated[str, Meta(max_length=16_000)]",
    "int": "Annotated[int, Meta(ge=-(2**31), lt=2**31)]",
    "small": "Annotated[int, Meta(ge=-(2**15), lt=2**15)]",
    "big": "Annotated[int, Meta(gt=-(2**53), lt=2**53)]",
    "bool": "bool",
    "float": "float",
    "decimal": "Decimal",
    "datetime": "Annotated[dt.datetime, Meta(tz=True)]",
    "date": "dt.date",
    "json": "dict[str, Any]",
    "uuid": "UUID",
    "ref": "Annotated[int, Meta(gt=0, lt=2**53)]",
    "enum": "Literal[{words}]",
}
SAMPLES = {
    "string": '"a"',
    "text": '"a"',
    "bool": "True",
    "float": "1.5",
    "decimal": '"1.50"',
    "datetime": '"2026-01-01T12:00:00Z"',
    "date": '"2026-01-01"',
    "json": '{"n": 1}',
    "uuid": '"00000000-0000-0000-0000-000000000001"',
}
NEEDED = {
    "Annotated[": "from typing import Annotated",
    "Any]": "from typing import Any",
    "Decimal": "from decimal import Decimal",
    "Literal[": "from typing import Literal",
    "Meta(": "from msgspec import Meta",
    "UUID": "from uuid import UUID",
    "In, ": "from app.ws.frames import In, Out",
    "Socket,": "from app.ws.socket import Socket",
    "user_address": "from pkg.hub import user_address",
}
OURS = {"Annotated", "Any", "Decimal", "In", "Literal", "Meta", "Out", "Socket", "UUID"}  # classes
TAKEN = {"dt", "type", "user"}  # fields: one is the file's own, two every answer has


@click.command("make:frame")
@click.argument("name")
@click.argument("fields", nargs=-1, metavar="[FIELD...]")
@plan_option
@click.pass_obj
def make_frame(kernel: Kernel, /, *, name: str, fields: Sequence[str], plan: bool) -> None:
    """Writes a frame NAME of chat.v1, such as pin, with who serves it, its row, and a test.

    A FIELD is one that a client sends, as make:model takes it: conversation:string:64 seq:big
    note:text? Until it does more, what came is answered, and whose it was.
    """
    changes = Changes(kernel.root)
    plan_frame(changes, named(name), read(fields))
    end(changes, plan=plan, refers=False)


def plan_frame(changes: Changes, name: str, fields: Sequence[Field]) -> None:
    """Plans a frame, its handler, its row in the table of frames, and its test.

    Raises:
        Stop: there is such a frame already, or it or a field cannot be called so.
    """
    form = camel(name)
    if len(name) > LONGEST:
        raise Stop(f"{name!r} cannot be a name: at most {LONGEST} letters", Exit.USAGE)
    if form in OURS:
        raise Stop(f"{name!r} cannot be a name: it means something else here", Exit.USAGE)
    for field in fields:
        if field.column in TAKEN:
            raise BadField(field.text, 0, f"{field.name} means something else in a frame")
        if field.unique:
            raise BadField(field.text, field.text.index("!"), "a frame cannot know what is unique")
    lines = "".join(f"    {one.column}: {_type(one)}\n" for one in fields)
    answer = call(
        f"return {form}Done(",
        ["user=user_address(socket.user_id)", *(f"{one}=frame.{one}" for one in _names(fields))],
        indent=1,
    )
    holes = {"name": name, "form": form, "lines": lines.rstrip("\n"), "answer": answer.strip()}
    whole = f"In, Socket, user_address {lines}"
    needed = [line for word, line in NEEDED.items() if word in whole]
    text = fill("single/frame", **holes, imports=_imports(needed, with_dates="dt." in lines))
    changes.make(f"app/ws/handlers/{name}.py", text)
    changes.change(ROUTES, partial(_with_row, name, form))
    changes.make(f"tests/ws/test_{name}.py", _test(name, fields))


def _with_row(name: str, form: str, path: Path, text: str) -> str:
    if name in tree.paths_in(path, text):
        raise Stop(f"{path} has a frame {name} already: take another name")
    found = sequence.given(path, text, "OPS")
    parts = [f'"{name}"', f"{name}.{name}", f"frame={name}.{form}", f"answer={name}.{form}Done"]
    row = call("op(", parts, indent=1).lstrip()
    text = sequence.with_line(path, text, found, row, after=len(found.elts) - 1)
    return tree.with_import(path, text, "app.ws.handlers", name)


def _imports(lines: Sequence[str], *, with_dates: bool) -> str:
    block = imports(lines)
    if not with_dates:
        return block
    is_pythons = block.startswith(("from decimal", "from typing", "from uuid"))
    return "import datetime as dt\n" + ("" if is_pythons else "\n") + block


def _type(field: Field) -> str:
    words = ", ".join(f'"{one}"' for one in field.args)
    held = TYPES[field.kind].format(length=field.length, words=words)
    return f"{held} | None = None" if field.null else held


def _names(fields: Sequence[Field]) -> list[str]:
    return [one.column for one in fields]


def _sample(field: Field) -> str:
    return f'"{field.args[0]}"' if field.kind == "enum" else SAMPLES.get(field.kind, "1")


def _test(name: str, fields: Sequence[Field]) -> str:
    pairs = [f'"{one.column}": {_sample(one)}' for one in fields]
    lacking = next((one.column for one in fields if not one.null), "")
    return fill(
        "single/frame_test",
        name=name,
        given=call("FRAME: dict[str, Any] = {", pairs, "}")
        if pairs
        else "FRAME: dict[str, Any] = {}",
        lacks=fill("single/frame_lacks", name=name, field=lacking).rstrip("\n") if lacking else "",
    )

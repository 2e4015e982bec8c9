"""A migration's moves as the lines of its file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.console.make.layout import STEP, WIDTH, call
from pkg.migrate import change as made
from pkg.migrate.dialect import Speech
from pkg.migrate.diff import Move, SetNulls
from pkg.migrate.table import NOW, Check, Column, Key, Part, Reference, timestamps

Call = tuple[str, list[str]]  # what stands before the arguments, and they
SIZED = {"string": 255}  # the builder's own, which need not be said
VERBS: dict[type, tuple[str, str]] = {  # of one part: the call, and where the part is
    made.AddColumn: ("schema.add_column(", "column"),
    made.ChangeColumn: ("await schema.change_column(", "column"),
    made.AddKey: ("schema.add_key(", "key"),
    made.DropKey: ("schema.drop_key(", "key"),
    made.AddForeign: ("await schema.add_foreign(", "reference"),
    made.DropForeign: ("await schema.drop_foreign(", "reference"),
    made.AddCheck: ("await schema.add_check(", "check"),
    made.DropCheck: ("await schema.drop_check(", "check"),
}


def lines(moves: Iterable[Move]) -> str:
    """Answers the body of one script."""
    return "".join(f"{_line(move)}\n" for move in moves)


def _line(move: Move) -> str:
    match move:
        case made.CreateTable(table, parts):
            return _spread("schema.create_table(", table, _parts(parts))
        case made.DropTable(table):
            return _call("schema.drop_table(", table)
        case made.RenameTable(table, to):
            return _call("await schema.rename_table(", table, _text(to))
        case made.RenameColumn(table, column, to):
            return _call("await schema.rename_column(", table, _text(column), _text(to))
        case made.DropColumn(table, columns):
            return _call("await schema.drop_column(", table, *map(_text, columns))
        case SetNulls():
            return _nulls(move)
        case _:
            return _of_part(move)


def _of_part(move: Move) -> str:
    if isinstance(move, made.Run) or type(move) not in VERBS:
        raise TypeError(f"{move} is no move of a migration that is written")
    head, attribute = VERBS[type(move)]
    return _call(head, move.table, part(getattr(move, attribute)))


def part(one: Part) -> Call:
    """Answers a column, a key, a reference or a check as `pkg.migrate.table` makes it."""
    match one:
        case Column():
            return _column(one)
        case Key():
            name = [f"name={_text(one.name)}"] if one.name else []
            return f"table.{one.kind}(", [*map(_text, one.columns), *name]
        case Reference():
            args = [_text(one.column), _text(one.table)]
            args += [f"to={_text(one.to)}"] if one.to != "id" else []
            args += [f"on_delete={_text(one.on_delete)}"] if one.on_delete != "cascade" else []
            return "table.foreign(", args
        case Check():
            return "table.check(", [_text(one.name), _text(one.condition)]


def _column(column: Column) -> Call:
    args = [] if (column.kind, column.name) == ("id", "id") else [_text(column.name)]
    if column.kind == "string" and column.length != SIZED["string"]:
        args.append(str(column.length))
    if column.kind == "decimal":
        args += [str(column.length), str(column.scale)]
    args += ["null=True"] * column.null
    if column.default == NOW:
        args.append("default=table.NOW")
    elif column.default is not None:
        said = column.default
        args.append(f"default={_text(said) if isinstance(said, str) else said}")
    return f"table.{column.kind}(", args


def _parts(parts: Sequence[Part]) -> list[Call]:
    """Answers the parts of a table, its two moments in the one word there is for them."""
    both = timestamps()
    rest = list(parts)
    calls: list[Call] = []
    while rest:
        if tuple(rest[: len(both)]) == both:
            calls.append(("*table.timestamps(", []))
            del rest[: len(both)]
        else:
            calls.append(part(rest.pop(0)))
    return calls


def _nulls(move: SetNulls) -> str:
    margin, lines = STEP * 2, []
    for dialect, value in move.value.items():
        name = Speech(dialect).name
        sets = f"UPDATE {name(move.table)} SET {name(move.column)} = {value}"  # noqa: S608  checked
        said = f"{sets} WHERE {name(move.column)} IS NULL"
        lines += [f"{margin}{one}" for one in _wrapped(f"{dialect}=", said)]
    return "\n".join([f"{STEP}schema.run_on(", *lines, f"{STEP})"])


def _wrapped(head: str, text: str) -> list[str]:
    """Answers an argument on lines of its own: one where it fits, else cut between words."""
    room = WIDTH - len(STEP * 2)
    if len(f"{head}{_text(text)},") <= room:
        return [f"{head}{_text(text)},"]
    words, lines = re.findall(r"\S+ *", text), [""]
    for word in words:
        if len(f"{head}{_text(lines[-1] + word)},") > room and lines[-1]:
            lines.append("")
        lines[-1] += word
    texts = [_text(line) for line in lines]
    return [f"{head}{texts[0]}", *texts[1:-1], f"{texts[-1]},"]


def _call(head: str, table: str, *args: str | Call) -> str:
    flat = [_text(table), *map(_flat, args)]
    joined = ", ".join(flat)
    if len(f"{STEP * 2}{joined}") <= WIDTH:
        return call(head, flat, indent=1)
    return _spread(head, table, args)


def _spread(head: str, table: str, args: Iterable[str | Call]) -> str:
    """Answers the call with an argument a line, one too long for it laid out itself."""
    lines = [f"{STEP}{head}", f"{STEP * 2}{_text(table)},"]
    for arg in args:
        line = f"{STEP * 2}{_flat(arg)},"
        if len(line) > WIDTH and not isinstance(arg, str):
            line = call(*arg, "),", indent=2)
        lines.append(line)
    return "\n".join([*lines, f"{STEP})"])


def _flat(arg: str | Call) -> str:
    return arg if isinstance(arg, str) else f"{arg[0]}{', '.join(arg[1])})"


def _text(text: str) -> str:
    """Answers *text* as ruff writes it: in double quotes, unless single ones save a backslash."""
    mark = "'" if text.count('"') > text.count("'") else '"'
    said = text.replace("\\", "\\\\").replace(mark, f"\\{mark}").replace("\n", "\\n")
    return f"{mark}{said}{mark}"

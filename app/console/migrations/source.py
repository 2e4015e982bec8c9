"""A migration's moves as the lines of its file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.console.make.layout import STEP, WIDTH, call, spread
from pkg.migrate import change as made
from pkg.migrate.dialect import Speech
from pkg.migrate.diff import Move, SetNulls
from pkg.migrate.table import NOW, Check, Column, Key, Part, Reference, timestamps

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
            args = [_text(table), *_parts(parts)]
            return spread("schema.create_table(", args, indent=1)
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


def part(one: Part) -> str:
    """Answers a column, a key, a reference or a check as `pkg.migrate.table` makes it."""
    match one:
        case Column():
            return _column(one)
        case Key():
            name = [f"name={_text(one.name)}"] if one.name else []
            return call(f"table.{one.kind}(", [*map(_text, one.columns), *name])
        case Reference():
            args = [_text(one.column), _text(one.table)]
            args += [f"to={_text(one.to)}"] if one.to != "id" else []
            args += [f"on_delete={_text(one.on_delete)}"] if one.on_delete != "cascade" else []
            return call("table.foreign(", args)
        case Check():
            return call("table.check(", [_text(one.name), _text(one.condition)])


def _column(column: Column) -> str:
    if column.kind == "id":
        return f"table.id({'' if column.name == 'id' else _text(column.name)})"
    args = [_text(column.name)]
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
    return f"table.{column.kind}({', '.join(args)})"


def _parts(parts: Sequence[Part]) -> list[str]:
    """Answers the parts of a table, its two moments in the one word there is for them."""
    both = timestamps()
    texts, rest = [], list(parts)
    while rest:
        if tuple(rest[: len(both)]) == both:
            texts.append("*table.timestamps()")
            del rest[: len(both)]
        else:
            texts.append(part(rest.pop(0)))
    return texts


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


def _call(head: str, table: str, *args: str) -> str:
    return call(head, [_text(table), *args], indent=1)


def _text(text: str) -> str:
    """Answers *text* as ruff writes it: in double quotes, unless that takes a backslash more."""
    said = repr(text)
    if said.startswith('"') or '"' in text:
        return said
    return f'"{said[1:-1]}"'

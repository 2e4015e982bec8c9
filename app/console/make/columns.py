"""A field of the grammar as a model, a migration and a factory write it."""

from __future__ import annotations

from dataclasses import dataclass

from app.console.make.fields import BadField, Field
from app.console.make.layout import WIDTH, call
from app.console.make.models import Model


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of the grammar in each place it is written."""

    field: str  # of tortoise.fields
    column: str  # of pkg.migrate.table
    fake: str  # out of a Faker; {length}, {values}, {left} and {scale} are filled
    annotation: str = ""  # where mypy cannot tell by the field
    default: str = ""  # the database's own, for a column added to rows; none: it must be absent


DECIMAL = "Decimal(faker.random_int(0, {most})).scaleb({scale})"
KINDS = {
    "string": Kind("CharField", "string", "", default='""'),
    "enum": Kind("CharField", "string", "faker.random_element(({values}))", default='"{first}"'),
    "text": Kind("TextField", "text", "faker.paragraph()"),
    "int": Kind("IntField", "integer", "faker.random_int(0, 10**6)", "int", "0"),
    "small": Kind("SmallIntField", "small", "faker.random_int(0, 1000)", "int", "0"),
    "big": Kind("BigIntField", "big", "faker.random_int(0, 10**9)", "int", "0"),
    "bool": Kind("BooleanField", "boolean", "faker.boolean()", default="False"),
    "float": Kind("FloatField", "double", "float(faker.random_int(0, 1000))"),
    "decimal": Kind("DecimalField", "decimal", DECIMAL),
    "datetime": Kind("DatetimeField", "moment", "faker.date_time(UTC)"),
    "date": Kind("DateField", "date", "faker.date_object()"),
    "json": Kind("JSONField", "json", '{{"word": faker.word()}}', "dict[str, Any]"),
    "uuid": Kind("UUIDField", "uuid", "UUID(faker.uuid4())"),
    "ref": Kind("ForeignKeyField", "big", ""),
}  # fmt: skip
IMPORTS = {
    "Any": "from typing import Any",
    "Decimal": "from decimal import Decimal",
    "UTC": "from datetime import UTC",
    "UUID": "from uuid import UUID",
    "date(": "from datetime import date",
    "datetime(": "from datetime import datetime",
    "timedelta(": "from datetime import timedelta",
}


def needed(code: str) -> list[str]:
    """Answers the imports that *code*, made here, cannot do without."""
    return [line for word, line in IMPORTS.items() if _uses(code, word)]


def model_lines(field: Field, parent: Model | None) -> str:
    """Answers the lines of a model's body."""
    kind = KINDS[field.kind]
    if parent is not None:
        return _reference_lines(field, parent)
    args = []
    if field.kind in {"string", "enum"}:
        args.append(f"max_length={field.length}")
    if field.kind == "decimal":
        args += [f"max_digits={field.precision[0]}", f"decimal_places={field.precision[1]}"]
    args += ["unique=True"] * field.unique + ["null=True"] * field.null
    annotation = f": {kind.annotation}{' | None' * field.null}" if kind.annotation else ""
    line = call(f"{field.name}{annotation} = fields.{kind.field}(", args, indent=1)
    words = f"  # {', '.join(field.args)}" if field.kind == "enum" else ""
    return f"{line}{words if len(line + words) <= WIDTH else ''}\n"


def _reference_lines(field: Field, parent: Model) -> str:
    args = [f'"models.{parent.name}"', "related_name=False"]
    args += ["null=True"] * field.null
    if field.on_delete != "cascade":  # which is Tortoise's own
        args.append(f"on_delete=fields.{field.on_delete.upper().replace(' ', '_')}")
    relation = "ForeignKeyNullableRelation" if field.null else "ForeignKeyRelation"
    head, make = f"{field.name}: fields.{relation}[{parent.name}] = ", "fields.ForeignKeyField("
    made = call(head + make, args, indent=1)
    if len(made.splitlines()[0]) > WIDTH:
        made = f"    {head}(\n{call(make, args, indent=2)}\n    )"
    return f"{made}\n    {field.column}: int{' | None' * field.null}\n"


def column(field: Field, *, to_rows: bool = False) -> str:
    """Answers the column as `pkg.migrate.table` makes it; *to_rows*: where rows are already.

    Raises:
        BadField: rows that are there would have nothing to put into it.
    """
    kind = KINDS[field.kind]
    args = [f'"{field.column}"']
    if field.kind in {"string", "enum"}:
        args.append(str(field.length))
    if field.kind == "decimal":
        args += map(str, field.precision)
    if field.null:
        args.append("null=True")
    elif to_rows:
        if not kind.default or field.unique:
            raise BadField(
                field.text, len(field.text), "rows that are there have no value for it: write `?`"
            )
        args.append(f"default={kind.default.format(first=field.args[0] if field.args else '')}")
    return f"table.{kind.column}({', '.join(args)})"


def foreign(field: Field) -> str:
    """Answers the reference as `pkg.migrate.table` makes it."""
    on_delete = "" if field.on_delete == "cascade" else f', on_delete="{field.on_delete}"'
    return f'table.foreign("{field.column}", "{field.args[0]}"{on_delete})'


def fake(field: Field) -> str:
    """Answers the expression of a made-up value; of one that is unique, by the row's `number`."""
    if field.unique:
        return _fake_unique(field)
    if field.kind == "string":
        return _fake_text(field)
    digits, scale = field.precision if field.kind == "decimal" else (0, 0)
    return KINDS[field.kind].fake.format(
        values=", ".join(f'"{one}"' for one in field.args) + "," * (len(field.args) == 1),
        most=f"10**{min(digits, 9)} - 1",
        scale=-scale,
    )


def sample(field: Field, number: int) -> str:
    """Answers an expression that is another one for each *number*, where the type has so many."""
    text = f"{field.name[:20]} {number}"
    return {
        "string": f'"{text if len(text) <= field.length else number}"',
        "enum": f'"{field.args[number % len(field.args)] if field.args else ""}"',
        "text": f'"{text}"',
        "bool": str(number % 2 == 1),
        "float": f"{number}.5",
        "decimal": _decimal(field, number),
        "datetime": f"datetime(2026, 1, {number}, 12, tzinfo=UTC)",
        "date": f"date(2026, 1, {number})",
        "json": f'{{"n": {number}}}',
        "uuid": f"UUID(int={number})",
    }.get(field.kind, str(number))


def _decimal(field: Field, number: int) -> str:
    digits, scale = field.precision
    return f"Decimal({number})" if digits > scale else f"Decimal({number}).scaleb({-scale})"


def _fake_unique(field: Field) -> str:
    digits, scale = field.precision
    words = f'f"{{faker.word()[:{field.length - 10}]}} {{number}}"'
    return {
        "string": words if field.length >= 20 else f"str(number)[-{field.length}:]",
        "small": "number % 2**15",
        "float": "float(number)",
        "decimal": f"Decimal(number % 10**{digits}).scaleb({-scale})",
        "datetime": "datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)",
        "date": "date(2026, 1, 1) + timedelta(days=number)",
        "uuid": "UUID(int=number)",
    }.get(field.kind, "number")


def _fake_text(field: Field) -> str:
    if field.length < 20:
        return f"faker.pystr(1, {min(field.length, 16)})"
    return f"faker.sentence(4)[:{field.length}]"


def _uses(code: str, word: str) -> bool:
    at = code.find(word)
    while at >= 0:
        if at == 0 or not (code[at - 1].isalnum() or code[at - 1] in "_."):
            return True
        at = code.find(word, at + 1)
    return False

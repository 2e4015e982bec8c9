"""Rows that a generated test needs: the model's own, and those it refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import count
from typing import Any

from tortoise import Model as Table
from tortoise import fields as f

from app.console.make.columns import sample
from app.console.make.fields import Field
from app.console.make.layout import call
from app.console.make.models import Model
from pkg.console import Stop

SAMPLES: dict[type, str] = {
    f.CharField: '"a"',
    f.TextField: '"a"',
    f.BooleanField: "True",
    f.FloatField: "1.0",
    f.DecimalField: "Decimal(0)",
    f.DatetimeField: "datetime(2026, 1, 1, tzinfo=UTC)",
    f.DateField: "date(2026, 1, 1)",
    f.JSONField: "{{}}",
    f.UUIDField: "UUID(int=1)",
}
UNIQUE: dict[type, str] = {
    f.CharField: '"{n}"',
    f.FloatField: "{n}.0",
    f.DecimalField: "Decimal({n}).scaleb(-{scale})",
    f.DatetimeField: "datetime(2026, 1, {n}, tzinfo=UTC)",
    f.DateField: "date(2026, 1, {n})",
    f.UUIDField: "UUID(int={n})",
}
DEEPEST = 5  # references of references


def row(variable: str, model: str, values: Sequence[str], *, indent: int = 2) -> str:
    """Answers the line that makes one row, unsaved."""
    return call(f"{variable} = {model}(", values, indent=indent) + "\n"


def values(fields: Sequence[Field], number: int) -> list[str]:
    """Answers keyword arguments for a row: what may be absent is, but for plain values."""
    given = []
    for field in fields:
        if field.kind != "ref":
            given.append(f"{field.name}={sample(field, number)}")
        elif not field.null:
            given.append(f"{field.name}={field.name}")
    return given


def parent_lines(
    parents: Mapping[str, Model], *, indent: int = 2, save: str = "await {}.save()"
) -> str:
    """Answers lines that make and save a row for each reference, by the reference's name."""
    saving, numbers = "    " * indent + save + "\n", count(1)
    return "".join(
        line if line.endswith("\n") else saving.format(line)
        for name, parent in parents.items()
        for line in _saved(name, table_of(parent), indent, numbers, depth=0)
    )


def names_in(parents: Mapping[str, Model]) -> set[str]:
    """Answers every model that those lines name."""
    found: set[str] = set()
    for parent in parents.values():
        found |= _models(table_of(parent), depth=0)
    return found


def _saved(
    name: str, table: type[Table], indent: int, numbers: Iterator[int], *, depth: int
) -> Iterator[str]:
    """Answers, for the row and those it needs, the line that makes it and the name to save."""
    given, number = list[str](), next(numbers)
    for field in _required(table):
        own = f"{name}_{field.model_field_name}"
        if isinstance(field, f.relational.ForeignKeyFieldInstance):
            yield from _saved(own, _referred(field), indent, numbers, depth=_deeper(depth))
            given.append(f"{field.model_field_name}={own}")
        else:
            given.append(f"{field.model_field_name}={_sample(field, number)}")
    yield row(name, table.__name__, given, indent=indent)
    yield name


def _models(table: type[Table], *, depth: int) -> set[str]:
    found = {table.__name__}
    for field in _required(table):
        if isinstance(field, f.relational.ForeignKeyFieldInstance):
            found |= _models(_referred(field), depth=_deeper(depth))
    return found


def _required(table: type[Table]) -> list[Any]:
    return [
        field
        for name, field in table._meta.fields_map.items()
        if not (field.null or field.generated or field.default is not None or by_itself(field))
        and not name.endswith("_id_")
    ]


def by_itself(field: Any) -> bool:
    """Tells whether the model fills *field* itself, with the moment of the writing."""
    return getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)


def _referred(field: Any) -> type[Table]:
    return table_of(Model(str(field.model_name).rpartition(".")[2], "", ""))


def table_of(model: Model) -> type[Table]:
    """Answers the class of *model*."""
    found: type[Table] = getattr(import_module("app.models"), model.name)
    return found


def _sample(field: Any, number: int) -> str:
    """Answers a value; where no two rows may have one, another for each *number*."""
    samples = UNIQUE if field.unique else SAMPLES
    plain = "{n}" if field.unique else "1"
    found = next((text for kind, text in samples.items() if isinstance(field, kind)), plain)
    return found.format(n=number, scale=getattr(field, "decimal_places", 0))


def _deeper(depth: int) -> int:
    if depth >= DEEPEST:
        raise Stop("the references behind this one are too many, or go round")
    return depth + 1

"""Rows that a generated test needs: the model's own, and those it refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
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
    f.DecimalField: "Decimal(1)",
    f.DatetimeField: "datetime(2026, 1, 1, tzinfo=UTC)",
    f.DateField: "date(2026, 1, 1)",
    f.JSONField: "{}",
    f.UUIDField: "UUID(int=1)",
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


def parent_lines(parents: Mapping[str, Model], *, indent: int = 2) -> str:
    """Answers lines that make and save a row for each reference, by the reference's name."""
    return "".join(
        _saved(name, _table(parent), indent, depth=0) for name, parent in parents.items()
    )


def names_in(parents: Mapping[str, Model]) -> set[str]:
    """Answers every model that those lines name."""
    found: set[str] = set()
    for parent in parents.values():
        found |= _models(_table(parent), depth=0)
    return found


def _saved(name: str, table: type[Table], indent: int, *, depth: int) -> str:
    lines, given = "", []
    for field in _required(table):
        own = f"{name}_{field.model_field_name}"
        if isinstance(field, f.relational.ForeignKeyFieldInstance):
            lines += _saved(own, _referred(field), indent, depth=_deeper(depth))
            given.append(f"{field.model_field_name}={own}")
        else:
            given.append(f"{field.model_field_name}={_sample(field)}")
    made = row(name, table.__name__, given, indent=indent)
    return f"{lines}{made}{'    ' * indent}await {name}.save()\n"


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
        if not (field.null or field.generated or field.default is not None or _by_itself(field))
        and not name.endswith("_id_")
    ]


def _by_itself(field: Any) -> bool:
    return getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)


def _referred(field: Any) -> type[Table]:
    return _table(Model(str(field.model_name).rpartition(".")[2], "", ""))


def _table(model: Model) -> type[Table]:
    found: type[Table] = getattr(import_module("app.models"), model.name)
    return found


def _sample(field: Any) -> str:
    return next((text for kind, text in SAMPLES.items() if isinstance(field, kind)), "1")


def _deeper(depth: int) -> int:
    if depth >= DEEPEST:
        raise Stop("the references behind this one are too many, or go round")
    return depth + 1

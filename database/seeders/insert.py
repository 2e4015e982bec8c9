"""Many rows into the table of a model, as values: objects would take most of the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from tortoise import Model, fields
from tortoise.fields.base import Field

from pkg.database import Database, Each, Steps

# What goes into the database as it stands; other kinds are asked for their own form.
PLAIN = (
    fields.CharField,
    fields.TextField,
    fields.IntField,
    fields.BigIntField,
    fields.SmallIntField,
    fields.BooleanField,
    fields.FloatField,
    fields.DateField,
)


class Column(NamedTuple):
    """Where a value goes, and how."""

    name: str  # in the database
    field: str  # of the model
    default: Any
    stored: Callable[[Any], Any] | None  # None: as it stands


def insertion(
    database: Database, model: type[Model], rows: Sequence[Mapping[str, Any]]
) -> Steps[None]:
    """Answers the steps that write *rows*; all have the fields that the first one has."""
    columns = _columns(database, model, rows[0])
    quote = "`" if database.dialect == "mysql" else '"'
    names = ", ".join(f"{quote}{column.name}{quote}" for column in columns)
    marks = ", ".join("?" * len(columns))
    sql = f"INSERT INTO {quote}{model._meta.db_table}{quote} ({names}) VALUES ({marks})"  # noqa: S608
    yield Each(sql, [_stored(columns, row) for row in rows])


def _stored(columns: Sequence[Column], row: Mapping[str, Any]) -> list[Any]:
    values = [row.get(column.field, column.default) for column in columns]
    for at, column in enumerate(columns):
        if column.stored is not None and values[at] is not None:
            values[at] = column.stored(values[at])
    return values


def _columns(database: Database, model: type[Model], first: Mapping[str, Any]) -> list[Column]:
    """Answers the columns to write; an id that no row has is the database's to give."""
    now = datetime.now(UTC)
    found = []
    for name, column in model._meta.fields_db_projection.items():
        field = model._meta.fields_map[name]
        if field.generated and name not in first:
            continue
        found.append(Column(column, name, _default(field, now), _form(database, model, field)))
    return found


def _default(field: Field[Any], now: datetime) -> Any:
    if isinstance(field, fields.DatetimeField) and (field.auto_now or field.auto_now_add):
        return now
    return field.default() if callable(field.default) else field.default


def _form(database: Database, model: type[Model], field: Field[Any]) -> Callable[[Any], Any] | None:
    if isinstance(field, fields.DatetimeField):
        return database.moment
    return None if type(field) in PLAIN else partial(field.to_db_value, instance=model)

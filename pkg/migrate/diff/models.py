"""What Tortoise's models ask for. They are read as classes: no database, and nothing is opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, get_args
from uuid import UUID

from tortoise import Model, fields
from tortoise.fields.db_defaults import Now
from tortoise.fields.relational import ForeignKeyFieldInstance, ManyToManyFieldInstance
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from pkg.migrate.diff.shape import Shape, covered, key
from pkg.migrate.diff.values import Value, read_value
from pkg.migrate.errors import CannotDescribe
from pkg.migrate.table import NOW, Check, Column, Default, Key, Kind, OnDelete, Reference

# The first that fits a field; an enum's field is a number's or a text's.
KINDS: tuple[tuple[type, Kind], ...] = (
    (fields.SmallIntField, "small"), (fields.BigIntField, "big"), (fields.IntField, "integer"),
    (fields.TimeDeltaField, "big"), (fields.BooleanField, "boolean"),
    (fields.FloatField, "double"), (fields.DecimalField, "decimal"),
    (fields.CharField, "string"), (fields.TextField, "text"), (fields.BinaryField, "binary"),
    (fields.DatetimeField, "moment"), (fields.DateField, "date"), (fields.JSONField, "json"),
    (fields.UUIDField, "uuid"),
)  # fmt: skip
WITH_DEFAULT: tuple[Kind, ...] = ("small", "integer", "big", "boolean", "string")
Models = Mapping[str, type[Model]]


def shapes_of(module: object) -> dict[str, Shape]:
    """Answers the table of each model that *module* exports, by its name.

    Raises:
        CannotDescribe: a field has a type that the builder has no word for.
    """
    names = getattr(module, "__all__", None) or vars(module)
    found = (getattr(module, name) for name in names)
    return shapes([one for one in found if isinstance(one, type) and issubclass(one, Model)])


def shapes(models: Iterable[type[Model]]) -> dict[str, Shape]:
    """Answers the table of each of *models* that is not abstract, by its name.

    Raises:
        CannotDescribe: a field has a type that the builder has no word for.
    """
    by_name = {one.__name__: one for one in models if not one._meta.abstract}
    made = [_Table(one, by_name).shape() for one in by_name.values()]
    own = {one.name: one for one in made}
    through = {one.name: one for model in by_name.values() for one in _through(model, by_name)}
    return through | own


def table_of(model: type[Model]) -> str:
    """Answers the name of a model's table."""
    return model._meta.db_table or model.__name__.lower()


class _Table:
    """One model, read field by field."""

    def __init__(self, model: type[Model], models: Models) -> None:
        self._model = model
        self._models = models
        self._name = table_of(model)
        self._columns: dict[str, Column] = {}
        self._loose: set[str] = set()
        self._fills: dict[str, Value] = {}
        self._keys: list[Key] = []
        self._references: list[Reference] = []
        self._primary: tuple[str, ...] = ()
        self._columns_of: dict[str, str] = {}  # field -> column

    def shape(self) -> Shape:
        for name, field in self._model._meta.fields_map.items():
            if isinstance(field, ForeignKeyFieldInstance):
                self._refer(name, field)
            elif field.has_db_field and field.reference is None:
                self._add(name, field)
        keys = dict.fromkeys([*self._keys, *self._of_meta()])
        checks = [one for one in self._model._meta.constraints if isinstance(one, CheckConstraint)]
        bare = Shape(
            name=self._name,
            columns=self._columns,
            primary=self._primary,
            keys=tuple(keys),
            references=tuple(self._references),
            checks=tuple(Check(one.name, one.check) for one in checks),
            loose=frozenset(self._loose),
            fills=self._fills,
        )
        own = [key(self._name, "index", r.column) for r in bare.references if not covered(bare, r)]
        return replace(bare, keys=(*bare.keys, *own))

    def _add(self, name: str, field: Any) -> None:
        column = replace(column_of(field, self._model), name=field.source_field or name)
        self._put(name, column, field)

    def _refer(self, name: str, field: Any) -> None:
        model = _model(field.model_name, self._models, self._model)
        to_field = field.to_field or model._meta.pk_attr
        to_name, to = _target(model, to_field, self._models)
        # Once Tortoise has opened the models, the column's name has moved to a field it added.
        added: Any = self._model._meta.fields_map.get(f"{name}_id")
        if added is None or added.reference is not field:
            added = field
        column = added.source_field or f"{name}_id"
        kind: Kind = "big" if to.kind == "id" else to.kind
        self._put(name, replace(to, name=column, kind=kind, null=field.null, default=None), field)
        self._columns_of[f"{name}_id"] = column
        if field.db_constraint:
            on_delete = on_delete_of(field, self._model)
            self._references.append(Reference(column, table_of(model), to_name, on_delete))

    def _put(self, name: str, column: Column, field: Any) -> None:
        default, is_said = default_of(field, column)
        self._columns[column.name] = replace(column, default=default)
        self._columns_of[name] = self._columns_of[column.name] = column.name
        if not is_said:
            self._loose.add(column.name)
        if default is None and (fill := fill_of(field, column)):
            self._fills[column.name] = fill
        if field.pk:
            self._primary = (column.name,)
        elif field.unique:
            self._keys.append(key(self._name, "unique", column.name))
        elif field.index:
            self._keys.append(key(self._name, "index", column.name))

    def _of_meta(self) -> Iterator[Key]:
        meta = self._model._meta
        for together in meta.unique_together:
            yield self._key("unique", together)
        for index in meta.indexes:
            if not isinstance(index, Index):
                yield self._key("index", index)
            elif index.fields and not index.extra and not index.INDEX_TYPE:
                yield self._key("index", index.fields, index.name or "")
        for one in meta.constraints:
            if isinstance(one, UniqueConstraint) and one.condition is None:
                yield self._key("unique", one.fields, one.name or "")

    def _key(self, kind: str, names: Iterable[str], name: str = "") -> Key:
        columns = (self._columns_of.get(one, one) for one in names)
        return key(self._name, kind, *columns, name=name)


def column_of(field: Any, model: type[Model]) -> Column:
    """Answers the column of a field that holds a value, without its default.

    Raises:
        CannotDescribe: the builder has no word for its type.
    """
    kind = next((kind for base, kind in KINDS if isinstance(field, base)), None)
    if kind is None:
        raise CannotDescribe(
            f"{model.__name__}.{field.model_field_name} is a {type(field).__name__}, which "
            "the builder has no word for: give the field another type, or name its table in "
            "BARE_TABLES and write its migrations by hand"
        )
    if field.pk and field.generated and kind in ("small", "integer", "big"):
        return Column("", "id")
    if kind == "decimal":
        return Column("", kind, field.max_digits, field.decimal_places, field.null)
    length = field.max_length if kind == "string" else 0
    return Column("", kind, length, null=field.null and not field.pk)


def default_of(field: Any, column: Column) -> tuple[Default, bool]:
    """Answers what the database should put where nobody says, and whether the model insists.

    A constant that Python sets is a good one for the database too, but no model insists on it.
    """
    if field.has_db_default():
        value, insists = field.db_default, True
    else:
        value, insists = field.default, False
    if column.kind == "moment":
        is_now = isinstance(value, Now) or getattr(field, "auto_now_add", False)
        return (NOW if is_now or getattr(field, "auto_now", False) else None), insists and is_now
    if isinstance(value, Enum):
        value = value.value
    if column.kind not in WITH_DEFAULT or not isinstance(value, (bool, int, str)):
        return None, False
    if isinstance(value, str) and set(value) & set("'\\\0"):
        return None, False  # the builder cannot say it
    return value, insists


def fill_of(field: Any, column: Column) -> Value | None:
    """Answers the constant that Python puts into *column*, where there is one."""
    value = field.default.value if isinstance(field.default, Enum) else field.default
    if not isinstance(value, (bool, int, float, str, date, Decimal, UUID)):
        return None
    try:
        return read_value(str(value), column)
    except ValueError:
        return None


def on_delete_of(field: Any, model: type[Model]) -> OnDelete:
    """Answers what happens to a row whose parent goes.

    Raises:
        CannotDescribe: a default is put in its place, which the builder has no word for.
    """
    said = field.on_delete.value.lower()
    if said not in get_args(OnDelete):
        raise CannotDescribe(
            f"{model.__name__}.{field.model_field_name} says on_delete={field.on_delete.name}, "
            f"which the builder has no word for: it knows {', '.join(get_args(OnDelete))}"
        )
    known: OnDelete = said
    return known


def _model(given: Any, models: Models, by: type[Model]) -> type[Model]:
    if not isinstance(given, str):
        model: type[Model] = given
        return model
    name = given.rpartition(".")[2]
    if name not in models:
        raise CannotDescribe(
            f"{by.__name__} refers to {given}, which is not among the models: export it there"
        )
    return models[name]


def _target(model: type[Model], name: str, models: Models) -> tuple[str, Column]:
    """Answers column and type of what a reference holds."""
    field: Any = model._meta.fields_map[name]
    if field.reference is not None:  # Tortoise's own, of a one to one that is the primary key
        field = field.reference
    if isinstance(field, ForeignKeyFieldInstance):
        parent = _model(field.model_name, models, model)
        _, column = _target(parent, field.to_field or parent._meta.pk_attr, models)
        return f"{name.removesuffix('_id')}_id", column
    return field.source_field or name, column_of(field, model)


def _through(model: type[Model], models: Models) -> Iterator[Shape]:
    """Answers the tables that stand between two models, as Tortoise names them."""
    for name in sorted(model._meta.m2m_fields):
        field: Any = model._meta.fields_map[name]
        if not isinstance(field, ManyToManyFieldInstance) or field._generated:
            continue
        other = _model(field.model_name, models, model)
        table = field.through or f"{table_of(model)}_{table_of(other)}"
        backward = field.backward_key or f"{table_of(model)}_id"
        if backward == field.forward_key and not field.backward_key:
            backward = f"{table_of(model)}_rel_id"
        ends = ((backward, model), (field.forward_key, other))
        bare = Shape(
            name=table,
            columns={column: _end(column, end, models) for column, end in ends},
            keys=(key(table, "unique", backward, field.forward_key),) * field.unique,
            references=tuple(
                Reference(
                    column,
                    table_of(end),
                    _target(end, end._meta.pk_attr, models)[0],
                    on_delete_of(field, model),
                )
                for column, end in ends
            ),
        )
        own = [key(table, "index", r.column) for r in bare.references if not covered(bare, r)]
        yield replace(bare, keys=(*bare.keys, *own))


def _end(name: str, model: type[Model], models: Models) -> Column:
    _, column = _target(model, model._meta.pk_attr, models)
    kind: Kind = "big" if column.kind == "id" else column.kind
    return replace(column, name=name, kind=kind)

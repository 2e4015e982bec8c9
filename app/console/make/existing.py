"""A model that is there already, read back into the fields it could have been made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tortoise import Model as Table
from tortoise import fields as f

from app.console.make.fields import NEVER_UNIQUE, WORD, Field
from app.console.make.models import Model, models, parents
from app.console.make.names import Names
from app.console.make.samples import by_itself, table_of
from app.console.make.subject import Subject
from app.models import Versioned
from pkg.console import Stop

KINDS: dict[type, str] = {
    f.CharField: "string",
    f.TextField: "text",
    f.IntField: "int",
    f.SmallIntField: "small",
    f.BigIntField: "big",
    f.BooleanField: "bool",
    f.FloatField: "float",
    f.DecimalField: "decimal",
    f.DatetimeField: "datetime",
    f.DateField: "date",
    f.JSONField: "json",
    f.UUIDField: "uuid",
    f.relational.ForeignKeyFieldInstance: "ref",
}
RELATIONS = (f.relational.BackwardFKRelation, f.relational.ManyToManyFieldInstance)  # no column


def model_of(root: Path, names: Names) -> Model:
    """Answers the model that *names* call.

    Raises:
        Stop: there is none, or its table is called otherwise.
    """
    model = models(root).get(names.table)
    if model is None or model.name != names.model:
        raise Stop(f"there is no model {names.model}: `make:model {names.model}` makes it first")
    return model


def subject_of(root: Path, names: Names) -> Subject:
    """Answers the model as generators know one that they make.

    What the grammar of fields cannot say is left out, where a row can be without it.

    Raises:
        Stop: there is no such model, or no row can be without something of that kind.
    """
    model = model_of(root, names)
    table = table_of(model)
    source = (root / "app" / "models" / f"{model.module}.py").read_text(encoding="utf-8")
    found = tuple(_fields(table, source, {one.name: one for one in models(root).values()}))
    return Subject(names, found, parents(found, model, root), issubclass(table, Versioned))


def _fields(table: type[Table], source: str, by_name: dict[str, Model]) -> Iterator[Field]:
    meta = table._meta
    if meta.pk_attr != "id" or not meta.pk.generated:
        raise Stop(f"{table.__name__} has no id that the database gives: write this one by hand")
    kept = {one.source_field for one in meta.fields_map.values() if KINDS.get(type(one)) == "ref"}
    for name, field in meta.fields_map.items():
        if name in kept | {"id", "rev"} or by_itself(field):
            continue
        kind = KINDS.get(type(field), "")
        if kind and not (field.unique and kind in NEVER_UNIQUE):
            yield _field(name, kind, field, source, by_name)
        elif not field.null and field.default is None and not isinstance(field, RELATIONS):
            raise Stop(
                f"{table.__name__}.{name} cannot be made up, and no row can be without it:"
                " write this one by hand"
            )


def _field(name: str, kind: str, field: Any, source: str, by_name: dict[str, Model]) -> Field:
    args: tuple[str, ...] = ()
    if kind == "string":
        args, words = (str(field.max_length),), _words(name, source)
        if len(words) > 1 and not field.unique and max(map(len, words)) <= field.max_length:
            kind, args = "enum", words
    elif kind == "decimal":
        args = (str(field.max_digits), str(field.decimal_places))
    elif kind == "ref":
        args = (by_name[field.model_name.rpartition(".")[2]].table,)
    text = ":".join(filter(None, (name, kind, ",".join(args))))
    return Field(name, kind, args, unique=field.unique, null=field.null, text=text)


def _words(name: str, source: str) -> tuple[str, ...]:
    """Answers the values that the comment beside a field lists, as make:model writes them."""
    found = re.search(rf"^    {name}\b[^#\n]*= fields\.[^#\n]*#(.*)$", source, re.MULTILINE)
    words = tuple(found[1].strip().split(", ")) if found else ()
    return words if all(map(WORD.fullmatch, words)) else ()

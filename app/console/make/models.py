"""The models there are, read from their files by syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.console.make.fields import BadField, Field
from app.console.make.names import Names
from app.console.make.tree import parsed

# What seeders and tests call their own things.
LOCAL = {"count", "faker", "found", "ground", "have", "made", "second", "number", "row"}


@dataclass(frozen=True, slots=True)
class Model:
    """A model by its class, its module under `app.models`, and its table."""

    name: str
    module: str
    table: str

    @classmethod
    def of(cls, names: Names) -> Model:
        return cls(names.model, names.module, names.table)


def models(root: Path) -> dict[str, Model]:
    """Answers every model of the project in *root* by its table."""
    found = (
        model for path in sorted((root / "app" / "models").glob("*.py")) for model in _in(path)
    )
    return {model.table: model for model in found}


def parents(fields: Sequence[Field], own: Model, root: Path) -> dict[str, Model]:
    """Answers the model behind each reference of *fields*, by the field's name.

    Raises:
        BadField: no model has that table, or a row would have to refer to itself.
    """
    there = {**models(root), own.table: own}
    found: dict[str, Model] = {}
    for field in fields:
        if field.kind != "ref":
            continue
        if field.name in LOCAL:
            raise BadField(field.text, 0, f"a reference cannot be named {field.name}")
        table, at = field.args[0], field.text.rindex(":") + 1
        if table not in there:
            raise BadField(field.text, at, f"no model has the table {table!r}")
        if table == own.table and not field.null:
            raise BadField(
                field.text,
                len(field.text),
                "its first row would have to refer to itself: write `?`",
            )
        found[field.name] = there[table]
    return found


def migrated(root: Path, table: str) -> bool:
    """Tells whether some migration of the project makes *table*."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "create_table"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value == table
        for path in (root / "database" / "migrations").glob("*.py")
        for node in ast.walk(parsed(path))
    )


def _in(path: Path) -> Iterator[Model]:
    for node in parsed(path).body:
        if isinstance(node, ast.ClassDef):
            table = _table(node)
            if table:
                yield Model(node.name, path.stem, table)


def _table(model: ast.ClassDef) -> str:
    metas = (node for node in model.body if isinstance(node, ast.ClassDef) and node.name == "Meta")
    for node in (line for meta in metas for line in meta.body):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if names == ["table"]:
                return str(node.value.value)
    return ""

"""The test that comes with a model."""

from __future__ import annotations

from app.console.make import columns, samples
from app.console.make.changes import Changes
from app.console.make.fields import Field
from app.console.make.layout import imports
from app.console.make.stub import fill
from app.console.make.subject import Subject


def plan_test(changes: Changes, subject: Subject, *, has_table: bool) -> None:
    """Plans the test: rows go out and come back, where there is a table to keep them."""
    text = _with_rows(subject) if has_table else _alone(subject)
    changes.make(f"tests/unit/app/models/test_{subject.names.module}.py", text)


def _alone(subject: Subject) -> str:
    columns_ = "".join(
        f'    assert "{field.name}" in {subject.names.model}._meta.fields_map\n'
        for field in subject.fields
    )
    return fill("model_alone_test", **subject.holes(), asserts=columns_)


def _with_rows(subject: Subject) -> str:
    parents = samples.parent_lines(subject.required)
    made = samples.row("made", subject.names.model, samples.values(subject.fields, 1))
    body = "".join(_unique(subject, parents, field) for field in subject.uniques)
    asserts = _asserts(subject)
    needed = [
        *columns.needed(parents + made + asserts + body),
        *(f"from app.models import {name}" for name in _models(subject)),
        "from tests.databases import opened",
    ]
    if subject.uniques:
        needed += ["import pytest", "from pkg.database import Duplicate"]
    return fill(
        "model_test",
        **subject.holes(),
        imports=imports(needed),
        parents=parents,
        made=made,
        asserts=asserts,
        unique=body,
    )


def _asserts(subject: Subject) -> str:
    lines = ""
    for field in subject.fields:
        if field.kind != "ref":
            lines += _assert(field)
        elif not field.null:
            lines += f"        assert found.{field.column} == {field.name}.id\n"
    return lines or "        assert found.created_at == made.created_at\n"


def _assert(field: Field) -> str:
    value = columns.sample(field, 1)
    if field.kind == "bool":
        return f"        assert found.{field.name} is {value}\n"
    return f"        assert found.{field.name} == {value}\n"


def _unique(subject: Subject, parents: str, field: Field) -> str:
    twice = [
        f"{one.name}={columns.sample(one, 1 if one == field else 2)}"
        if one.kind != "ref"
        else f"{one.name}={one.name}"
        for one in subject.fields
        if one.kind != "ref" or not one.null
    ]
    model = subject.names.model
    return "\n\n" + fill(
        "unique_test",
        **subject.holes(),
        field=field.name,
        parents=parents,
        first=samples.row("first", model, samples.values(subject.fields, 1)),
        second=samples.row("second", model, twice),
    )


def _models(subject: Subject) -> set[str]:
    return {subject.names.model, *samples.names_in(subject.required)}

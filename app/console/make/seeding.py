"""The factory and the seeder of a model."""

from __future__ import annotations

import keyword
from pathlib import Path

from app.console.make import columns, samples, tree
from app.console.make.changes import Changes
from app.console.make.layout import WIDTH, call, imports, spread
from app.console.make.stub import fill
from app.console.make.subject import Subject
from pkg.console import Stop
from pkg.str import plural

FACTORIES = "database/factories/__init__.py"
ORDER = "database/seeders/order.py"


def plan_factory(changes: Changes, subject: Subject) -> None:
    """Plans the factory and its line among the others.

    Raises:
        Stop: a factory or something else there has the name.
    """
    names = subject.names
    changes.make(f"database/factories/{names.module}.py", _factory(subject))
    module = f"database.factories.{names.module}"

    def exported(path: Path, text: str) -> str:
        if tree.imported_from(path, text, names.module) == module:
            return text
        return tree.exported(path, text, module, names.module)

    changes.change(FACTORIES, exported)


def plan_seeder(changes: Changes, subject: Subject) -> None:
    """Plans the seeder, its line in the order, and its test.

    Raises:
        Stop: a seeder of that name is there already.
    """
    table = subject.names.table
    changes.make(f"database/seeders/{table}.py", _seeder(subject))
    changes.make(f"tests/unit/database/seeders/test_{table}.py", _seeder_test(subject))

    def ordered(path: Path, text: str) -> str:
        if f"{table}.run" in text:
            return text
        entry = call("Seeder(", [f'"{table}"', f"{table}.run", f'"{subject.names.many}"'])
        text = tree.with_import(path, text, "database.seeders", table)
        return tree.with_argument(path, text, "ORDER", entry)

    changes.change(ORDER, ordered)


def _factory(subject: Subject) -> str:
    fields = [one for one in subject.fields if one.kind != "ref"]
    pairs = [f'"{one.column}": {columns.fake(one)}' for one in fields]
    values = spread("return {", pairs, "}", indent=1) if pairs else "    return {}"
    refs = [one for one in subject.fields if one.kind == "ref"]
    needed = [
        *columns.needed(values),
        "from typing import TYPE_CHECKING, Final",
        f"from app.models import {subject.names.model}",
        *(f"from pkg.seed import {name}" for name in ("Factory", "Values")),
    ]
    return fill(
        "factory",
        **subject.holes(),
        imports=imports(needed),
        given=", but for what it refers to" * bool(refs),
        values=values,
    )


def _seeder(subject: Subject) -> str:
    names, required = subject.names, subject.required
    lists = {name: _many(name) for name in required}
    look = "".join(_look(lists[name], model.name) for name, model in required.items())
    if required:
        absent = " and ".join(lists.values())
        look += f"    if not {absent if len(required) == 1 else f'({absent})'}:\n        return 0\n"
    needed = [
        "from typing import TYPE_CHECKING",
        *(f"from app.models import {one}" for one in _seeder_models(subject)),
        f"from database.factories import {names.module}",
        "from database.seeders.ground import Ground",
    ]
    refs = "".join(_referring(name, lists[name]) for name in required)
    if refs:
        refs = f"        for row in rows:\n{refs}"
    return fill("seeder", **subject.holes(), imports=imports(needed), parents=look, refs=refs)


def _many(name: str) -> str:
    """Answers what the rows that *name* may refer to are called."""
    many = plural(name)
    return f"{name}_rows" if keyword.iskeyword(many) or many == name else many


def _look(rows: str, model: str) -> str:
    line = f'    {rows} = await {model}.all().order_by("id").limit(100)\n'
    if len(line) > WIDTH:
        raise Stop(f"{rows} of {model} makes too long a line: give the reference a shorter name")
    return line


def _seeder_models(subject: Subject) -> set[str]:
    return {subject.names.model, *(model.name for model in subject.required.values())}


def _referring(name: str, rows: str) -> str:
    head = f'row["{name}_id"] = faker.random_element('
    return call(head, [rows], ").id", indent=3) + "\n"


def _seeder_test(subject: Subject) -> str:
    parents = samples.parent_lines(subject.required, indent=1)
    needed = [
        *columns.needed(parents),
        f"from app.models import {subject.names.model}",
        *(f"from app.models import {name}" for name in samples.names_in(subject.required)),
        "from database.factories import chance",
        f"from database.seeders import {subject.names.table}",
        "from database.seeders.ground import Ground",
    ]
    return fill("seeder_test", **subject.holes(), imports=imports(needed), parents=parents)

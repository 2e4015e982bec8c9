"""make:request, make:resource."""

from __future__ import annotations

from collections.abc import Sequence

import click

from app.console.make import columns
from app.console.make.changes import Changes
from app.console.make.crud import wire
from app.console.make.crud.resource import TAKEN_FIELDS
from app.console.make.existing import model_of
from app.console.make.fields import BadField, Field, read
from app.console.make.layout import call, imports
from app.console.make.names import Names
from app.console.make.single.generator import end, named, words
from app.console.make.stub import fill
from app.kernel import Kernel
from pkg.console import Exit, Stop
from pkg.console.options import plan_option
from pkg.str import camel


@click.command("make:request")
@click.argument("name")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD...")
@plan_option
@click.pass_obj
def make_request(kernel: Kernel, /, *, name: str, fields: Sequence[str], plan: bool) -> None:
    """Writes a form NAME, such as MoveTopic, and its test.

    A FIELD is name:type, then ? for may be absent: title:string:40 topic:ref:topics
    status:enum:draft,live price:decimal:10,2 published_at:datetime?
    """
    changes = Changes(kernel.root)
    plan_request(changes, named(name), read(fields))
    end(changes, plan=plan, refers=False)


@click.command("make:resource")
@click.argument("name")
@click.argument("fields", nargs=-1, metavar="[FIELD...]")
@plan_option
@click.pass_obj
def make_resource(kernel: Kernel, /, *, name: str, fields: Sequence[str], plan: bool) -> None:
    """Writes the card of the model NAME, which is what clients see of it, and its test.

    A FIELD is one that the card tells, as make:model takes it; none is told unasked but id,
    created_at and updated_at.
    """
    changes = Changes(kernel.root)
    plan_resource(changes, Names.of(name), read(fields))
    end(changes, plan=plan, refers=False)


def plan_request(changes: Changes, module: str, fields: Sequence[Field]) -> None:
    """Plans a form and its test.

    Raises:
        Stop: there is such a file already, or the form or a field cannot be called so.
    """
    form = camel(module)
    for field in fields:
        _check(field)
    if form in wire.TAKEN:
        raise Stop(f"{form} cannot be a name: it means something else here", Exit.USAGE)
    spelled = wire.aliases(fields, form)
    types = {one.name: wire.KINDS[one.kind].form for one in fields}
    types |= {name: alias for name, (alias, _) in spelled.items()}
    body = "".join(wire.given(one, types[one.name]) for one in fields)
    aliases = "".join(line for _, line in spelled.values())
    text = fill(
        "single/request",
        imports=imports(wire.needed(f"BaseModel {aliases}{body}")),
        aliases=aliases.rstrip("\n"),
        form=form,
        words=words(module),
        Words=words(module).capitalize(),
        fields=body.rstrip("\n"),
    )
    changes.make(f"app/requests/{module}.py", text)
    changes.make(f"tests/unit/app/requests/test_{module}.py", _request_test(module, fields))


def plan_resource(changes: Changes, names: Names, fields: Sequence[Field]) -> None:
    """Plans a card and its test.

    Raises:
        Stop: there is such a file already, or no such model.
    """
    model = model_of(changes.root, names)
    holes = {
        "model": names.model,
        "module": names.module,
        "Article": names.article.capitalize(),
    }
    lines = "".join(map(wire.card_line, fields))
    values = "".join(wire.shown(one, names.module) for one in fields)
    needed = [
        *wire.needed(f"TypedDict stamp {lines}{values}"),
        f"from app.models import {model.name}",
    ]
    text = fill(
        "crud/resource",
        **holes,
        imports=imports(needed),
        lines=lines.rstrip("\n"),
        values=values.rstrip("\n"),
    )
    changes.make(f"app/resources/{names.module}.py", text)
    given = [f"{one.column}={columns.sample(one, 1)}" for one in fields]
    row = call(
        f"row = {model.name}(", ["id=7", *given, "created_at=MOMENT", "updated_at=MOMENT"], indent=2
    )
    keys = ["id", *(one.column for one in fields), "created_at", "updated_at"]
    told = call("assert list(card) == [", [f'"{one}"' for one in keys], "]", indent=1)
    test = fill(
        "single/resource_test",
        **holes,
        imports=imports(
            [
                *columns.needed(f"{row} datetime(UTC"),
                f"from app.models import {model.name}",
                f"from app.resources.{names.module} import {names.module}_card",
                "from tests.databases import opened",
            ]
        ),
        row=row,
        told=told,
    )
    changes.make(f"tests/unit/app/resources/test_{names.module}.py", test)


def _check(field: Field) -> None:
    """Refuses what a form cannot have."""
    if field.unique:
        raise BadField(field.text, field.text.index("!"), "a form cannot know what is unique")
    if field.column in TAKEN_FIELDS or field.name.startswith("model_"):
        raise BadField(field.text, 0, f"{field.name} means something else in a form")


def _request_test(module: str, fields: Sequence[Field]) -> str:
    pairs = [f'"{one.column}": {_sample(one)}' for one in fields]
    required = [f'"{one.column}"' for one in fields if not one.null]
    form = camel(module)
    needed = [
        "from typing import Any",
        "import pytest",
        f"from app.requests.{module} import {form}",
        *(f"from pkg.validation import {one}" for one in ("Invalid", "parse")),
    ]
    mark = call("@pytest.mark.parametrize(", ['"field"', f"[{', '.join(required)}]"])
    lacks = fill("single/request_lacks", form=form, mark=mark)
    return fill(
        "single/request_test",
        imports=imports(needed),
        form=form,
        words=words(module),
        Words=words(module).capitalize(),
        given=call("FORM: dict[str, Any] = {", pairs, "}"),
        lacks=lacks.rstrip("\n") if required else "",
    )


def _sample(field: Field) -> str:
    return '"1"' if field.kind == "ref" else wire.sample(field, 1)

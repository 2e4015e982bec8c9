"""The requests and the resource of a crud: what comes in, what goes out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from app.console.make.changes import Changes
from app.console.make.crud import wire
from app.console.make.crud.resource import Resource
from app.console.make.fields import Field
from app.console.make.layout import call, imports

Types = Mapping[str, str]  # how the type of a field is written in its forms


def plan_forms(changes: Changes, resource: Resource) -> None:
    """Plans the forms of all verbs, and the card.

    Raises:
        Stop: there are such files already.
    """
    names = resource.subject.names
    changes.make(f"app/requests/{names.table}.py", _requests(resource))
    if resource.tells:
        changes.make(f"app/resources/{names.module}.py", _card(resource))


def _requests(resource: Resource) -> str:
    spelled = wire.aliases(resource.fields, resource.subject.names.model)
    types = {one.name: wire.KINDS[one.kind].form for one in resource.fields}
    types |= {name: alias for name, (alias, _) in spelled.items()}
    forms = _forms(resource, types)
    used = set(re.findall(r"\w+", forms))
    lines = [line for alias, line in spelled.values() if alias in used]
    if "index" in resource.verbs:
        sorts = ", ".join(f'"{one}"' for one in resource.sorts)
        lines.append(call("Order = Annotated[", ["str", f"Sort({sorts})"], "]") + "\n")
    top = "".join(lines)
    needed = imports(wire.needed(top + forms))
    return resource.fill("requests", imports=needed, aliases=top, forms=forms)


def _forms(resource: Resource, types: Types) -> str:
    found = list[str]()
    if "create" in resource.verbs:
        fields = "".join(wire.given(one, types[one.name]) for one in resource.fields)
        found.append(resource.fill("request_new", fields=fields))
    if "update" in resource.verbs:
        fields = "".join(_changed(one, types[one.name]) for one in resource.fields)
        found.append(resource.fill("request_change", fields=fields))
    if {"show", "delete"} & {*resource.verbs}:
        found.append(resource.fill("request_one"))
    if "index" in resource.verbs:
        filters = "".join(_filter(one, types.get(one.name, "Id")) for one in resource.filters)
        found.append(resource.fill("request_list", filters=filters))
    return "\n\n".join(found)


def _changed(field: Field, type: str) -> str:
    default = "absent(repr=False)" if wire.is_secret(field.column) else "absent()"
    kept = f"{type} | None" if field.null else f"Kept[{type}]"
    return f"    {field.column}: {kept} = {default}\n"


def _filter(field: Field, type: str) -> str:
    args = ["default=None", f'validation_alias="filter[{field.column}]"']
    args += ["repr=False"] * wire.is_secret(field.column)
    kind = "Flag" if field.kind == "bool" else type
    return call(f"{field.column}: {kind} | None = Field(", args, indent=1) + "\n"


def _card(resource: Resource) -> str:
    subject = resource.subject
    lines = "".join(map(wire.card_line, subject.fields))
    values = "".join(wire.shown(one, subject.names.module) for one in subject.fields)
    needed = [
        *wire.needed(f"TypedDict stamp {lines}{values}"),
        f"from app.models import {subject.names.model}",
    ]
    return resource.fill("resource", imports=imports(needed), lines=lines, values=values)

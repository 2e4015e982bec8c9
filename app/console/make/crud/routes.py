"""The rows of a crud in routes/api.py."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.console.make import tree
from app.console.make.changes import Changes
from app.console.make.crud.resource import Resource
from pkg.console import Stop

ROUTES = "routes/api.py"


@dataclass(frozen=True, slots=True)
class Shape:
    """How the row of a verb looks: what makes it, and the form it takes."""

    maker: str
    form: str
    slot: str
    writes: bool = False
    is_of_one: bool = True


SHAPES = {
    "index": Shape("get", "List", "query", is_of_one=False),
    "show": Shape("get", "One", "query"),
    "create": Shape("post", "New", "body", writes=True, is_of_one=False),
    "update": Shape("patch", "Change", "body", writes=True),
    "delete": Shape("delete", "One", "query", writes=True),
}


def plan_routes(changes: Changes, resource: Resource) -> None:
    """Plans a row a verb, and the imports they need.

    Raises:
        Stop: the table of routes is half-edited, has such a path, or no group of that version.
    """
    changes.change(ROUTES, lambda path, text: _with(path, text, resource))


def _with(path: Path, text: str, resource: Resource) -> str:
    there = tree.paths_in(path, text)
    if there & {resource.path, f"{resource.path}/{{id}}"}:
        raise Stop(f"{path} has rows of {resource.path} already: take another name")
    rows = [_row(resource, verb) for verb in resource.verbs]
    text = tree.with_rows(path, text, "API", f"/api/{resource.version}", rows)
    for module, name in _imports(resource):
        text = tree.with_import(path, text, module, name)
    return text


def _row(resource: Resource, verb: str) -> str:
    names, shape = resource.subject.names, SHAPES[verb]
    card = f"{names.model}Card"
    refused = [name for _, name in _refused(resource, verb)]
    args = [
        f'"{resource.path}{"/{id}" * shape.is_of_one}"',
        f"{names.table}.{verb}",
        f"{shape.slot}={_form(resource, verb)}",
        f"answer={f'CursorPage[{card}]' if verb == 'index' else card}",
        f"guard={_guard(resource, verb)}",
        "status=201",
        f"refuses=({', '.join(refused)}{',' * (len(refused) == 1)})",
    ]
    if verb != "create":
        args.remove("status=201")
    if verb == "delete":
        args.pop(3)  # 204
    return f"{shape.maker}({', '.join(args if refused else args[:-1])})"


def _form(resource: Resource, verb: str) -> str:
    names = resource.subject.names
    return f"{SHAPES[verb].form}{names.many_model if verb == 'index' else names.model}"


def _guard(resource: Resource, verb: str) -> str:
    """Answers who may: where rows belong to nobody, only those who run the place write."""
    return "admin" if SHAPES[verb].writes and not resource.owned else "user"


def _refused(resource: Resource, verb: str) -> list[tuple[str, str]]:
    """Answers what a row refuses beyond what its form and guard do, and where that is known."""
    owned = [("app.errors", "Forbidden")] * resource.owned
    stale = [("app.errors", "Stale")]
    taken = [("app.errors", "Taken")] * bool(resource.subject.uniques)
    return {
        "index": [("pkg.paginator", "BadCursor")],
        "show": [],
        "create": taken,
        "update": [*owned, *stale, *taken],
        "delete": [*owned, *stale, ("app.errors", "InUse")],
    }[verb]


def _imports(resource: Resource) -> list[tuple[str, str]]:
    names, verbs = resource.subject.names, resource.verbs
    found = [("app.http.controllers", names.table)]
    for verb in verbs:
        found += _refused(resource, verb)
        found.append((f"app.requests.{names.table}", _form(resource, verb)))
        found.append(("app.http.routing", SHAPES[verb].maker))
        found.append(("app.http.guards", _guard(resource, verb)))
    if resource.tells:
        found.append((f"app.resources.{names.module}", f"{names.model}Card"))
    if "index" in verbs:
        found.append(("pkg.paginator", "CursorPage"))
    return list(dict.fromkeys(found))

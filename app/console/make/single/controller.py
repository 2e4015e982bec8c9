"""make:controller, make:apicontroller."""

from __future__ import annotations

from pathlib import Path

from app.console.make import tree
from app.console.make.changes import Changes
from app.console.make.crud.resource import VERSION
from app.console.make.crud.routes import ROUTES
from app.console.make.names import Names
from app.console.make.single.generator import generator, named
from app.console.make.stub import fill
from pkg.console import Exit, Stop

FORM = "VERSION/NAME"


def plan_controller(changes: Changes, name: str) -> None:
    """Writes a controller, such as v1/reports, with its row, the card it answers, and a test.

    Whoever is signed in may take the row. Of a resource with a table `make:crud` writes it all.
    """
    version, slash, noun = name.partition("/")
    if not slash or not VERSION.fullmatch(version):
        raise Stop(f"{name!r} names no version: write {FORM}, such as v1/reports", Exit.USAGE)
    names = Names.of(named(noun))
    holes = {
        "model": names.model,
        "module": names.module,
        "table": names.table,
        "article": names.article,
        "Article": names.article.capitalize(),
        "Many": names.many.capitalize(),
        "url": f"/api/{version}{_path(names)}",
    }
    changes.make(f"app/http/controllers/{names.table}.py", fill("single/controller", **holes))
    changes.make(f"app/resources/{names.module}.py", fill("single/card", **holes))
    changes.change(ROUTES, lambda path, text: _with(path, text, version, names))
    test = fill("single/controller_test", **holes)
    changes.make(f"tests/feature/test_{names.table}.py", test)


make_controller = generator("make:controller", metavar=FORM, refers=True)(plan_controller)
make_apicontroller = generator("make:apicontroller", metavar=FORM, refers=True)(plan_controller)


def _with(path: Path, text: str, version: str, names: Names) -> str:
    """Answers the table of routes with a row more."""
    if _path(names) in tree.paths_in(path, text):
        raise Stop(f"{path} has a row of {_path(names)} already: take another name")
    card = f"{names.model}Card"
    row = f'get("{_path(names)}", {names.table}.show, answer={card}, guard=user)'
    text = tree.with_rows(path, text, "API", f"/api/{version}", [row])
    for module, name in (
        ("app.http.controllers", names.table),
        ("app.http.guards", "user"),
        ("app.http.routing", "get"),
        (f"app.resources.{names.module}", card),
    ):
        text = tree.with_import(path, text, module, name)
    return text


def _path(names: Names) -> str:
    return f"/{names.table.replace('_', '-')}"

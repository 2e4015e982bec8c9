"""The frames of a crud, where they are asked for: rows of routes/ws.py, who serves them, a test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from app.console.make import columns, samples, sequence, tree
from app.console.make.changes import Changes
from app.console.make.crud.feature import parents_of, plain, who
from app.console.make.crud.resource import Resource
from app.console.make.layout import call, imports, spread
from pkg.console import Stop

ROUTES = "routes/ws.py"
CHECK = "    await check_admin(socket)\n"
WRITES = ("create", "update", "delete")


def plan_frames(changes: Changes, resource: Resource) -> None:
    """Plans a frame a verb, by the same forms, actions and cards as over HTTP.

    Raises:
        Stop: something of it is there already, or the table of frames cannot be added to.
    """
    table = resource.subject.names.table
    changes.make(f"app/ws/handlers/{table}.py", _handlers(resource))
    changes.change(ROUTES, lambda path, text: _with_rows(path, text, resource))
    if changes.tests:
        changes.make(f"tests/ws/test_{table}.py", _test(resource))


def _with_rows(path: Path, text: str, resource: Resource) -> str:
    table, there = resource.subject.names.table, tree.paths_in(path, text)
    for verb in resource.verbs:
        name = f"{table}.{verb}"
        if name in there:
            raise Stop(f"{path} has a frame {name} already: take another name")
        found = sequence.given(path, text, "OPS")
        parts = [f'"{name}"', name, "frame=Asked", "answer=Told", 'limit="api_user"']
        row = call("op(", parts, indent=1).lstrip()
        text = sequence.with_line(path, text, found, row, after=len(found.elts) - 1)
    text = tree.with_import(path, text, "app.ws.handlers", table)
    for name in ("Asked", "Told"):
        text = tree.with_import(path, text, "app.ws.resource", name)
    return text


def _handlers(resource: Resource) -> str:
    by = "user_id=socket.user_id, " * resource.owned
    functions = "\n\n".join(
        resource.fill(
            f"frame_{verb}",
            check=CHECK * (verb in WRITES and not resource.owned),
            owner=by,
            by=f"        {by.strip()}\n" * resource.owned,
        )
        for verb in resource.verbs
    )
    return resource.fill(
        "frames", functions=functions, imports=imports(_needed(resource, functions))
    )


def _needed(resource: Resource, code: str) -> list[str]:
    names = resource.subject.names
    table, module, model = names.table, names.module, names.model
    actions = [f"list_{table}", *(f"{verb}_{module}" for verb in ("find", *WRITES))]
    forms = (f"New{model}", f"Change{model}", f"One{model}", f"List{names.many_model}")
    known = {
        **{one: f"app.actions.{table}.{one}" for one in actions},
        **dict.fromkeys(forms, f"app.requests.{table}"),
        **dict.fromkeys(("Asked", "Told", "check_admin", "seen", "told"), "app.ws.resource"),
        f"{module}_card": f"app.resources.{module}",
        "Socket": "app.ws.socket",
        "mapped": "pkg.paginator",
        "parse": "pkg.validation",
    }
    words = set(re.findall(r"\w+", code))
    return [f"from {known[word]} import {word}" for word in sorted(words & known.keys())]


def _test(resource: Resource) -> str:
    parents, model = parents_of(resource), resource.subject.names.model
    rows = samples.parent_lines(parents, indent=1, save="chat.site.run({}.save)")
    tests = "\n\n".join(_tests(resource))
    form = [*plain(resource, 1), *(f'"{name}_id": str({name}.id)' for name in parents)]
    needed = [
        *columns.needed(rows),
        *(f"from app.models import {name}" for name in {model, *samples.names_in(parents)}),
        "from typing import Any",
        "import pytest",
        "from tests.site import Person",
        "from tests.ws.conftest import Chat, Peer",
    ]
    return resource.fill(
        "frames_test",
        **who(resource),
        owner="user_id=by.id, " * resource.owned,
        imports=imports(needed),
        other=spread("OTHER = {", plain(resource, 2), "}") if "OTHER" in tests else "",
        parents=rows,
        form=spread("return {", form, "}", indent=1) if form else "    return {}",
        tests=tests,
    )


def _tests(resource: Resource) -> Iterator[str]:
    for verb in resource.verbs:
        if verb != "update" or plain(resource, 2):
            yield resource.fill(f"frame_test_{verb}")
    guarded = WRITES[1:] if resource.owned else WRITES
    if verbs := [f'"{one}"' for one in guarded if one in resource.verbs]:
        yield resource.fill("frame_test_others", verbs=f"[{', '.join(verbs)}]")

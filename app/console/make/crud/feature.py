"""The feature test that comes with a crud."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.console.make import columns, samples
from app.console.make.changes import Changes
from app.console.make.crud import wire
from app.console.make.crud.resource import OWNER, Resource
from app.console.make.fields import Field
from app.console.make.layout import call, imports, spread
from app.console.make.models import Model
from pkg.console import Stop

HELD = {"Person", "Site"}  # what the test calls its own things
NOBODY = "1000000"  # an id that no row has
Holes = Mapping[str, str]
Test = tuple[str, Holes]  # a stub and what fills it
METHODS = {"create": "POST", "show": "GET", "update": "PATCH", "delete": "DELETE"}


def plan_feature(changes: Changes, resource: Resource) -> None:
    """Plans tests of each verb, and of the policy.

    Raises:
        Stop: there are such files already.
    """
    if not changes.tests:
        return
    names = resource.subject.names
    changes.make(f"tests/feature/test_{names.table}.py", _feature(resource))
    if resource.owned and resource.writes:
        policy = resource.fill("policy_test")
        changes.make(f"tests/unit/app/policies/test_{names.module}.py", policy)


def _feature(resource: Resource) -> str:
    parents, model = parents_of(resource), resource.subject.names.model
    tests = "\n\n".join(resource.fill(stub, **holes) for stub, holes in _tests(resource))
    rows = samples.parent_lines(parents, indent=1, save="site.run({}.save)")
    known = samples.names_in(parents) | ({model} if "create" not in resource.verbs else set())
    if known & HELD:
        raise Stop(
            f"the tests have a {', '.join(known & HELD)} of their own beside the model:"
            " say --no-tests, and write them yourself"
        )
    needed = [
        *columns.needed(rows),
        *(f"from app.models import {name}" for name in known),
        "from typing import Any",
        "import pytest",
        "from tests.site import Person, Site",
        *["from tests.site import codes"] * ("codes(" in tests),
    ]
    form = [*plain(resource, 1), *(f'"{name}_id": str({name}.id)' for name in parents)]
    return resource.fill(
        "feature",
        **_holes(resource),
        imports=imports(needed),
        other=spread("OTHER = {", plain(resource, 2), "}") if "OTHER" in tests else "",
        first='FIRST = {"If-Match": \'"1"\'}  # as it was made' * ("FIRST" in tests),
        parents=rows,
        form=spread("return {", form, "}", indent=1) if form else "    return {}",
        made=_made(resource) if "made(" in tests else "",
        tests=tests,
    )


def _made(resource: Resource) -> str:
    way = "form" if "create" in resource.verbs else "row"
    return resource.fill(f"made_by_{way}", **_holes(resource))


def _holes(resource: Resource) -> dict[str, str]:
    owned = resource.owned
    return who(resource) | {
        "known": ' | {"user_id": ann.id}' * owned,
        "owner": "user_id=by.id, " * owned,
        "second": "form | OTHER" if plain(resource, 2) else "form",
    }


def who(resource: Resource) -> dict[str, str]:
    """Answers the holes of whoever may do all that there is."""
    owned, writes = resource.owned, {*resource.verbs} - {"index", "show"}
    does = "is signed in" if not writes else "makes their own" if owned else "may write"
    return {
        "signs": "sign_up" if owned or not writes else "admin",
        "who": f"Somebody who {does}.",
    }


def parents_of(resource: Resource) -> dict[str, Model]:
    """Answers the models behind the references that a form gives: not to its own, which is none."""
    given = {one.name for one in resource.fields}
    own = resource.subject.names.model
    found = resource.subject.parents.items()
    return {name: model for name, model in found if name in given and model.name != own}


def plain(resource: Resource, number: int) -> list[str]:
    """Answers what a form gives but references, as items; *number* tells two forms apart."""
    given = (one for one in resource.fields if one.kind != "ref")
    return [f'"{one.name}": {wire.sample(one, number)}' for one in given]


def _tests(resource: Resource) -> Iterator[Test]:
    """Answers the tests in order."""
    holes, verbs = _holes(resource), resource.verbs
    if "create" in verbs:
        yield from _creating(resource, holes)
    if "show" in verbs:
        yield "test_show", holes
    if "update" in verbs and plain(resource, 2):
        yield from (("test_update", holes), ("test_late", holes))
    yield from _guarding(resource, holes)
    if "delete" in verbs:
        yield "test_delete", holes
    if {"show", "update", "delete"} & {*verbs}:
        yield "test_nothing", {**holes, "methods": _methods(verbs, "show", "update", "delete")}
    if "index" in verbs:
        yield "test_index", {**holes, "sorts": _each("sort", resource.sorts)}
        yield from [("test_filter", {**holes, **_filtering(resource)})] * bool(resource.filters)


def _guarding(resource: Resource, holes: Holes) -> Iterator[Test]:
    """Answers the tests of who may not: too late, too blind, or none of theirs."""
    verbs = resource.verbs
    if resource.writes:
        methods = _methods(verbs, "update", "delete")
        yield "test_stale", {**holes, "methods": methods}
        if resource.owned:
            yield "test_owner", {**holes, "methods": methods}
    if not resource.owned and {"create", "update", "delete"} & {*verbs}:
        yield "test_admin", {**holes, "methods": _methods(verbs, "create", "update", "delete")}


def _creating(resource: Resource, holes: Holes) -> Iterator[Test]:
    yield "test_create", holes
    if resource.required:
        named = f"[{', '.join(f'{chr(34)}{one.column}{chr(34)}' for one in resource.required)}]"
        missing = call("assert codes(answer) == dict.fromkeys(", [named, '"missing"'], indent=1)
        yield "test_missing", {**holes, "missing": missing}
    refs = [one.column for one in resource.fields if one.kind == "ref"]
    if refs:
        yield "test_absent", {**holes, "refs": _each("field", refs)}
    uniques = [one.name for one in resource.subject.uniques]
    if uniques:
        yield "test_taken", {**holes, "uniques": _each("field", uniques)}
    if "show" in resource.verbs:
        yield "test_location", holes


def _filtering(resource: Resource) -> dict[str, str]:
    """Answers the cases of a filter: what each finds of two rows, the form's and the other's."""
    cases = [case for field in resource.filters for case in _cases(field, resource)]
    return {
        "cases": spread("[", cases, "],", indent=1),
        "asked": '(form | {"user_id": ann.id})' if resource.owned else "form",
    }


def _cases(field: Field, resource: Resource) -> Iterable[str]:
    if field.kind != "ref":
        first, second = (wire.sample(field, number) for number in (1, 2))
        value = first if field.kind == "enum" else f'"{first.lower()}"'
        return [f'("{field.name}", {value}, {2 if first == second else 1})']
    is_given = field == OWNER or field.name in parents_of(resource)
    found = [f'("{field.column}", None, 2)'] * is_given
    return [*found, f'("{field.column}", "{NOBODY}", 0)']


def _methods(verbs: Sequence[str], *wanted: str) -> str:
    return f"[{', '.join(f'{chr(34)}{METHODS[one]}{chr(34)}' for one in wanted if one in verbs)}]"


def _each(name: str, values: Sequence[str]) -> str:
    """Answers the line that runs a test with each of *values*."""
    listed = ", ".join(f'"{one}"' for one in values)
    return call("@pytest.mark.parametrize(", [f'"{name}"', f"[{listed}]"])

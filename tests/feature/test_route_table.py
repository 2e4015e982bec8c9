"""What holds for every row of the table, whatever it does."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.http.guards import admin, user
from app.http.routing import NOTHING, Row
from pkg.clock import FakeClock
from pkg.limiter import LimiterConfig
from routes.api import API
from tests.unit.app.http.worlds import Make, World, make_world

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
EVERY = pytest.mark.parametrize("row", API, ids=lambda row: f"{row.method} {row.path}")


@pytest.fixture
def make(clock: FakeClock) -> Make:
    # Who is an admin the database knows, and there is none here: who is signed in will do.
    rows = [replace(row, guard=user) if row.guard is admin else row for row in API]
    return partial(make_world, *rows, clock=clock)


@pytest.fixture
def world(make: Make) -> World:
    return make()


def place(row: Row) -> str:
    return re.sub(r"{\w+}", "1", row.path)


@EVERY
def test_a_row_has_a_guard_and_a_limit_and_says_what_it_answers(row: Row) -> None:
    assert row.guard.name
    assert row.limit in LimiterConfig().rules
    assert (row.answer is NOTHING) == (row.status == 204)
    assert "/v1/" not in row.path or row.path.startswith("/api/v1/")


@EVERY
@pytest.mark.rule(31)
async def test_inherited_list_without_login(world: World, row: Row) -> None:
    answer = await world.ask(row.method, place(row))

    assert not row.guard.needs_login or answer.status == 401


@pytest.mark.rule(46)
@pytest.mark.parametrize(
    "row", [row for row in API if row.method in UNSAFE], ids=lambda row: f"{row.method} {row.path}"
)
@pytest.mark.parametrize("media", ["application/json", "text/plain", "multipart/form-data"])
async def test_a_cookie_alone_changes_nothing_anywhere(world: World, row: Row, media: str) -> None:
    said = {"cookie": "parley_session=right", "content-type": media}

    answer = await world.ask(row.method, place(row), headers=said, body=b"{}")

    assert (answer.status, answer.json()["code"]) == (403, "csrf.refused")


@pytest.mark.rule(46)
def test_what_is_safe_by_its_method_takes_no_body_and_changes_nothing_by_name() -> None:
    for row in API:
        if row.method == "GET":
            assert row.takes_query
            assert row.upload is None


@EVERY
@pytest.mark.rule(51)
@pytest.mark.rule(49)
@pytest.mark.rule(108)
async def test_every_refusal_is_careful_and_kept_by_nobody(make: Make, row: Row) -> None:
    world = make(env="production", url="https://testserver")

    for method in (row.method, "TRACE", "BREW"):
        answer = await world.ask(method, place(row), headers={"authorization": "Bearer"})
        if answer.status < 400:
            continue
        assert answer.header("cache-control") == "no-store"
        assert answer.header("x-content-type-options") == "nosniff"
        assert answer.header("strict-transport-security")
        assert answer.header("server") is None
        assert method == row.method or answer.status == 405


@EVERY
@pytest.mark.rule(94)
@pytest.mark.rule(95)
async def test_every_form_is_closed(world: World, row: Row) -> None:
    if row.form is None:
        return
    until = world.clock.now().replace(year=9999)
    world.auth.principal = replace(world.auth.principal, confirmed_until=until)
    said = {} if row.guard.name == "guest" else {"authorization": "Bearer right"}

    if row.takes_query:
        answer = await world.ask(row.method, f"{place(row)}?surprise=1", headers=said)
    else:
        answer = await world.ask.json(row.method, place(row), {"surprise": 1}, headers=said)

    assert answer.status == 422
    assert answer.json()["errors"]["surprise"][0]["code"] == "unknown"


@EVERY
@pytest.mark.rule(91)
async def test_a_row_takes_no_query_but_its_own(world: World, row: Row) -> None:
    until = world.clock.now().replace(year=9999)
    world.auth.principal = replace(world.auth.principal, confirmed_until=until)
    said = {} if row.guard.name == "guest" else {"authorization": "Bearer right"}

    answer = await world.ask(row.method, f"{place(row)}?surprise=1", headers=said)

    assert answer.status == 422
    assert answer.json()["errors"]["surprise"][0]["code"] == "unknown"


async def test_the_document_of_the_table_is_valid_and_whole(world: World) -> None:
    told = (await world.ask("GET", "/openapi.json")).json()

    OpenAPIV31SpecValidator(told).validate()
    said = {(path, method) for path, item in told["paths"].items() for method in item}
    assert said == {(row.path, row.method.lower()) for row in API}


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [row.name for row in API]

    assert sorted(names) == sorted(set(names))

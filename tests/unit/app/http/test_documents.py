from __future__ import annotations

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.http.controllers import documents, health
from app.http.guards import anyone, developer
from app.http.routing import document, get
from app.resources.health import LiveCard, VersionCard
from tests.unit.app.http.rows import ROWS
from tests.unit.app.http.worlds import Make

ALL = (
    *ROWS,
    document("/openapi.json", documents.openapi, guard=anyone),
    document("/docs", documents.page, guard=developer),
    get("/health/live", health.live, answer=LiveCard, guard=anyone),
    get("/version", health.version, answer=VersionCard, guard=anyone),
)


async def test_the_document_is_valid_openapi_and_holds_every_row(world: Make) -> None:
    answer = await world(*ALL).ask("GET", "/openapi.json")
    told = answer.json()

    OpenAPIV31SpecValidator(told).validate()
    places = {(row.path, row.method.lower()) for row in ALL}
    assert places == {(path, method) for path, item in told["paths"].items() for method in item}
    assert answer.header("content-type") == "application/json"


async def test_an_operation_tells_what_its_row_says(world: Make) -> None:
    paths = (await world(*ALL).ask("GET", "/openapi.json")).json()["paths"]

    made, mine = paths["/api/things"]["post"], paths["/api/me"]["get"]
    assert made["summary"] == "Makes a thing."
    assert made["description"] == "It stands where Location says."
    assert {"201", "400", "413", "415", "422", "429", "503"} <= made["responses"].keys()
    assert made["security"] == []
    assert mine["security"] == [{"bearer": []}, {"cookie": []}]
    assert "401" in mine["responses"]
    assert "404" in paths["/api/things/{id}"]["get"]["responses"]


async def test_whoever_holds_the_document_is_told_so(world: Make) -> None:
    ask = world(*ALL).ask
    tag = (await ask("GET", "/openapi.json")).header("etag") or ""

    again = await ask("GET", "/openapi.json", headers={"if-none-match": tag})

    assert (again.status, again.body) == (304, b"")


async def test_the_page_shows_every_operation_and_loads_nothing_foreign(world: Make) -> None:
    answer = await world(*ALL).ask("GET", "/docs")
    text = answer.body.decode()

    assert answer.header("content-type") == "text/html; charset=utf-8"
    for row in ALL:
        assert f"<code>{row.path}</code>" in text
    assert "filter[name] (query)" in text
    assert "<script" not in text
    assert "://" not in text
    policy = answer.header("content-security-policy") or ""
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


@pytest.mark.rule(108)
@pytest.mark.parametrize("env", ["production", "staging"])
async def test_where_people_are_served_there_is_no_such_page(world: Make, env: str) -> None:
    made = world(*ALL, env=env, url="http://testserver")

    assert (await made.ask("GET", "/docs")).status == 404
    assert (await made.ask("GET", "/openapi.json")).status == 200


async def test_a_node_that_lives_says_so_and_what_it_is(world: Make) -> None:
    made = world(*ALL)

    assert (await made.ask("GET", "/health/live")).json() == {"data": {"status": "ok"}}
    assert (await made.ask("GET", "/version")).json()["data"]["name"] == "Parley"

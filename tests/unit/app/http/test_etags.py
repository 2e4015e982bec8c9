"""Versions over HTTP: which one is answered, and which one was seen."""

from __future__ import annotations

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from app.errors import Stale, Taken
from app.http.described import Documents
from app.http.etags import say_version, seen
from app.http.guards import anyone
from app.http.reply import reply
from app.http.routing import delete, get, group, patch, post
from app.http.state import Req
from pkg.validation import Id
from tests.unit.app.http.worlds import Make


class OneNote(BaseModel, frozen=True, extra="forbid"):
    id: Id


class Note(TypedDict):
    id: str


class NewNote(BaseModel, frozen=True, extra="forbid"):
    name: str


async def show(request: Req, form: OneNote) -> Note:
    say_version(request, 7)
    return {"id": str(form.id)}


async def update(request: Req, form: OneNote) -> Note:
    versions = seen(request)
    if versions is not None and 7 not in versions:
        raise Stale
    say_version(request, 8)
    return {"id": ",".join(map(str, sorted(versions or ())))}


async def destroy(request: Req, form: OneNote) -> None:
    seen(request)


async def create(request: Req, form: NewNote) -> Note:
    reply(request).created("/notes/1")
    raise Taken("name")


ROWS = group("/api", limit="api")(
    get("/notes/{id}", show, query=OneNote, answer=Note, guard=anyone),
    post("/notes", create, body=NewNote, answer=Note, guard=anyone, refuses=(Taken,)),
    patch("/notes/{id}", update, body=OneNote, answer=Note, guard=anyone, refuses=(Stale,)),
    delete("/notes/{id}", destroy, query=OneNote, guard=anyone, refuses=(Stale,)),
)
PATH = "/api/notes/1"


@pytest.mark.parametrize("held", ["", '"6"', 'W/"6", "8"', "7", '"07"', '"7', '""'])
async def test_who_has_another_version_gets_this_one_with_its_tag(world: Make, held: str) -> None:
    answer = await world(*ROWS).ask("GET", PATH, headers={"if-none-match": held})

    assert (answer.status, answer.json()) == (200, {"data": {"id": "1"}})
    assert answer.header("etag") == '"7"'


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("held", ['"7"', 'W/"7"', '"6", "7"', "*"])
async def test_who_has_this_version_gets_no_body(world: Make, method: str, held: str) -> None:
    answer = await world(*ROWS).ask(method, PATH, headers={"if-none-match": held})

    assert (answer.status, answer.body) == (304, b"")
    assert answer.header("etag") == '"7"'
    assert answer.header("content-type") is None


@pytest.mark.parametrize(
    ("said", "versions"), [('"7"', "7"), ('"7", "9"', "7,9"), ("*", ""), (' "7" , W/"8" ', "7")]
)
async def test_a_change_is_told_which_versions_were_seen(
    world: Make, said: str, versions: str
) -> None:
    answer = await world(*ROWS).ask.json("PATCH", PATH, {}, headers={"if-match": said})

    assert (answer.status, answer.json()) == (200, {"data": {"id": versions}})
    assert answer.header("etag") == '"8"'


@pytest.mark.parametrize(
    "said", ["", "7", '"8"', 'W/"7"', '"x"', '"-7"', f'"{"9" * 400}"', ", ".join(['"1"'] * 5000)]
)
async def test_what_is_no_strong_tag_of_ours_is_no_version(world: Make, said: str) -> None:
    answer = await world(*ROWS).ask.json("PATCH", PATH, {}, headers={"if-match": said})

    assert (answer.status, answer.json()["code"]) == (412, "stale")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_change_that_names_no_version_is_refused(world: Make, method: str) -> None:
    answer = await world(*ROWS).ask(method, PATH)

    assert (answer.status, answer.json()["code"]) == (428, "if_match.missing")


async def test_what_is_taken_is_a_conflict_that_names_its_field(world: Make) -> None:
    answer = await world(*ROWS).ask.json("POST", "/api/notes", {"name": "a"})

    assert (answer.status, answer.json()["code"]) == (409, "taken")
    assert answer.json()["errors"]["name"][0]["code"] == "taken"
    assert answer.header("location") is None


async def test_the_document_tells_of_the_header_where_it_is_needed(world: Make) -> None:
    told = Documents(ROWS, world().config).tree
    item = told["paths"]["/api/notes/{id}"]

    headers = {
        method: [one["name"] for one in item[method]["parameters"] if one["in"] == "header"]
        for method in ("get", "patch", "delete")
    }
    assert headers == {"get": [], "patch": ["If-Match"], "delete": ["If-Match"]}
    assert {"412", "428"} <= item["patch"]["responses"].keys()

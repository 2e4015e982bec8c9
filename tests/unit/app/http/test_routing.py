from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.http.guards import anyone
from app.http.routing import NOTHING, delete, get, group, post
from app.http.table import Table
from tests.unit.app.http.rows import ROWS, NewThing, OneThing, Thing, drop, make, touch

ROOT = Path(__file__).resolve().parents[4]


def test_a_group_gives_its_prefix_to_all_and_its_limit_to_those_without() -> None:
    free, bound = group("/v1", limit="api")(
        post("/a", touch, guard=anyone), post("/b", touch, guard=anyone, limit="login")
    )

    assert (free.path, free.limit) == ("/v1/a", "api")
    assert (bound.path, bound.limit) == ("/v1/b", "login")


def test_no_answer_is_204_and_an_answer_has_the_status_it_was_given() -> None:
    assert post("/a", touch, guard=anyone).status == 204
    assert post("/a", touch, guard=anyone).answer is NOTHING
    assert post("/a", make, body=NewThing, answer=Thing, guard=anyone).status == 200
    assert post("/a", make, body=NewThing, answer=Thing, guard=anyone, status=201).status == 201


def test_a_row_knows_which_fields_stand_in_its_path() -> None:
    row = delete("/things/{id}", drop, query=OneThing, guard=anyone)

    assert row.path_names == {"id"}
    assert row.takes_query
    assert row.name == "rows.drop"


def test_a_page_is_known_by_its_type() -> None:
    by_path = {(row.method, row.path): row.is_paged for row in ROWS}

    assert by_path["GET", "/api/things"]
    assert by_path["GET", "/api/stream"]
    assert not by_path["POST", "/api/things"]
    assert not by_path["POST", "/api/touch"]


def test_two_rows_of_one_method_and_path_are_refused() -> None:
    with pytest.raises(ValueError, match="GET /a"):
        Table([get("/a", touch, guard=anyone), get("/a", touch, guard=anyone)])


def test_a_path_that_names_what_no_form_has_is_refused() -> None:
    with pytest.raises(ValueError, match="id"):
        Table([get("/a/{id}", touch, guard=anyone)])


# Each line that ends in `# wrong` is one error and no other line is any.
WRONG = """
from __future__ import annotations

from pydantic import BaseModel
from typing_extensions import TypedDict

from app.http.guards import anyone
from app.http.routing import delete, document, get, patch, post, put
from app.http.document import Document
from app.http.state import Req
from app.http.upload import Upload, Uploaded
from pkg.paginator import Page


class A(TypedDict):
    a: int


class B(TypedDict):
    b: int


AorB = A | B


class Form(BaseModel, frozen=True):
    x: int


class Other(BaseModel, frozen=True):
    y: int


async def one(request: Req, form: Form) -> A: return {"a": form.x}
async def either(request: Req, form: Form) -> AorB: return {"a": form.x}
async def quiet(request: Req, form: Form) -> None: return None
async def bare(request: Req) -> A: return {"a": 1}
async def silent(request: Req) -> None: return None
async def listed(request: Req, form: Form) -> Page[A]: raise NotImplementedError
async def several(request: Req) -> list[A]: return []
async def stored(request: Req, file: Uploaded) -> A: return {"a": 1}
async def told(request: Req) -> Document: return Document.of(b"", "text/plain")
def sync(request: Req) -> A: return {"a": 1}


post("/", one, body=Form, answer=A, guard=anyone)
post("/", either, body=Form, answer=AorB, guard=anyone)
post("/", quiet, body=Form, guard=anyone)
post("/", bare, answer=A, guard=anyone, status=201)
post("/", silent, guard=anyone, limit="login")
get("/", listed, query=Form, answer=Page[A], guard=anyone)
get("/", several, answer=list[A], guard=anyone)
delete("/", quiet, query=Form, guard=anyone)
put("/", stored, upload=Upload(), answer=A, guard=anyone)
document("/", told, guard=anyone)

post("/", one, body=Other, answer=A, guard=anyone)  # wrong
post("/", one, body=Form, answer=B, guard=anyone)  # wrong
post("/", either, body=Form, answer=A, guard=anyone)  # wrong
post("/", one, body=Form, guard=anyone)  # wrong
post("/", one, answer=A, guard=anyone)  # wrong
post("/", bare, body=Form, answer=A, guard=anyone)  # wrong
post("/", bare, answer=B, guard=anyone)  # wrong
post("/", bare, guard=anyone)  # wrong
post("/", silent, body=Form, guard=anyone)  # wrong
post("/", quiet, body=Form, answer=A, guard=anyone)  # wrong
post("/", one, body=Form, answer=A)  # wrong
post("/", one, body=Form, answer=A, guard="user")  # wrong
post("/", one, query=Form, answer=A, guard=anyone)  # wrong
post("/", sync, answer=A, guard=anyone)  # wrong
get("/", listed, query=Form, answer=Page[B], guard=anyone)  # wrong
get("/", listed, query=Form, answer=list[A], guard=anyone)  # wrong
get("/", several, answer=list[B], guard=anyone)  # wrong
get("/", one, body=Form, answer=A, guard=anyone)  # wrong
delete("/", quiet, query=Other, guard=anyone)  # wrong
patch("/", stored, upload=Upload(), answer=B, guard=anyone)  # wrong
put("/", one, upload=Upload(), answer=A, guard=anyone)  # wrong
document("/", bare, guard=anyone)  # wrong
"""


@pytest.mark.slow
def test_mypy_refuses_every_wrong_row_and_no_right_one(tmp_path: Path) -> None:
    file = tmp_path / "wrong_rows.py"
    file.write_text(WRONG, encoding="utf-8")
    wrong = [n for n, line in enumerate(WRONG.splitlines(), 1) if line.endswith("# wrong")]

    ran = subprocess.run(
        [
            sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"),
            "--no-error-summary", "--hide-error-context", str(file),
        ],
        cwd=ROOT, env={**os.environ, "MYPYPATH": str(ROOT)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    said = [line for line in ran.stdout.splitlines() if ": error: " in line and file.name in line]
    assert sorted({int(line.split(":")[1]) for line in said}) == wrong, ran.stdout

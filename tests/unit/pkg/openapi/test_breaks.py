from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from pkg.openapi import breaks

TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "integer"}
ERROR = {"application/problem+json": {"schema": {"type": "object"}}}


def fields(required: str = "", **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required.split()}


def api(
    *, form: Any = None, answer: Any = None, path: str = "/users/{id}", **operation: Any
) -> dict[str, Any]:
    """A document of one operation."""
    found: dict[str, Any] = {"responses": {"200": {"content": {}}, "404": {"content": ERROR}}}
    if form is not None:
        body = {"required": True, "content": {"application/json": {"schema": form}}}
        found["requestBody"] = body
    if answer is not None:
        found["responses"]["200"]["content"]["application/json"] = {"schema": answer}
    return {"openapi": "3.1.0", "paths": {path: {"post": found | operation}}}


def sent(old: Any, new: Any) -> list[str]:
    """Answers what breaks where the form of an operation changes."""
    found = breaks(api(form=old), api(form=new))
    return [f"{where.removeprefix('POST /users/{id}: body')} {what}" for where, what in found]


def got(old: Any, new: Any) -> list[str]:
    """Answers what breaks where its answer changes."""
    found = breaks(api(answer=old), api(answer=new))
    return [f"{where.removeprefix('POST /users/{id}: 200')} {what}" for where, what in found]


FORMS = [
    (fields(a=TEXT), fields("a", a=TEXT), [".a is needed now"]),
    (fields(), fields("a", a=TEXT), [".a is needed now"]),
    (fields(a=TEXT), fields(a=TEXT, b=TEXT), []),
    (fields("a", a=TEXT), fields(a=TEXT), []),
    (fields(a=TEXT), fields() | {"additionalProperties": False}, [".a is refused now"]),
    (fields(a=TEXT), fields(), []),
    (fields(a=TEXT), fields(a=NUMBER), [".a is integer now, was string"]),
    (fields(a=NUMBER), fields(a={"type": "number"}), []),
    (fields(a={"type": "number"}), fields(a=NUMBER), [".a is integer now, was number"]),
    (TEXT, TEXT | {"maxLength": 5}, [" maxLength is 5 now, was free"]),
    (TEXT | {"maxLength": 5}, TEXT | {"maxLength": 4}, [" maxLength is 4 now, was 5"]),
    (TEXT | {"maxLength": 5}, TEXT | {"maxLength": 6}, []),
    (TEXT | {"minLength": 1}, TEXT | {"minLength": 2}, [" minLength is 2 now, was 1"]),
    (TEXT | {"minLength": 2}, TEXT, []),
    (TEXT, TEXT | {"pattern": "^a$"}, [" pattern is ^a$ now, was free"]),
    (TEXT | {"enum": ["a", "b"]}, TEXT | {"enum": ["a"]}, [" 'b' is not taken any more"]),
    (TEXT | {"enum": ["a"]}, TEXT | {"enum": ["a", "b"]}, []),
    (TEXT, TEXT | {"enum": ["a"]}, [" takes listed values only now"]),
    ({"type": "array", "items": TEXT}, {"type": "array", "items": NUMBER},
     ["[] is integer now, was string"]),
    ({"anyOf": [TEXT, {"type": "null"}]}, TEXT, [" null is not taken any more"]),
    (TEXT, {"anyOf": [TEXT, {"type": "null"}]}, []),
    (TEXT, {"type": ["string", "null"]}, []),
    ({}, TEXT, [" is string now, was anything"]),
    (TEXT, {}, []),
]  # fmt: skip

ANSWERS = [
    (fields("a", a=TEXT), fields(), [".a is gone"]),
    (fields("a", a=TEXT), fields(a=TEXT), [".a may be absent now"]),
    (fields(a=TEXT), fields("a", a=TEXT), []),
    (fields(), fields("a", a=TEXT), []),
    (fields(a=NUMBER), fields(a=TEXT), [".a is string now, was integer"]),
    (fields(a={"type": "number"}), fields(a=NUMBER), []),
    (TEXT, TEXT | {"maxLength": 5}, []),
    (TEXT, {"anyOf": [TEXT, {"type": "null"}]}, [" null may come now"]),
    ({"anyOf": [TEXT, {"type": "null"}]}, TEXT, []),
    (TEXT | {"enum": ["a"]}, TEXT | {"enum": ["a", "b"]}, [" 'b' may come now"]),
    (TEXT | {"enum": ["a", "b"]}, TEXT | {"enum": ["a"]}, []),
    (TEXT | {"const": "a"}, TEXT, [" may be any value now"]),
    (TEXT, {}, [" is anything now, was string"]),
    ({"type": "object", "additionalProperties": TEXT},
     {"type": "object", "additionalProperties": NUMBER}, [".* is integer now, was string"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), FORMS)
def test_what_is_sent_may_not_be_narrowed(old: Any, new: Any, told: list[str]) -> None:
    assert sent(old, new) == told


@pytest.mark.parametrize(("old", "new", "told"), ANSWERS)
def test_what_comes_may_not_be_widened(old: Any, new: Any, told: list[str]) -> None:
    assert got(old, new) == told


def test_of_a_choice_the_one_of_the_same_name_is_compared() -> None:
    token = fields("a", a=TEXT) | {"title": "Token"}
    cookie = fields("b", b=TEXT) | {"title": "Cookie"}

    found = got({"anyOf": [token, cookie]}, {"anyOf": [fields() | {"title": "Token"}, cookie]})

    assert found == [".a is gone"]


def test_references_are_followed_though_they_go_in_a_circle() -> None:
    def document(leaf: Any) -> dict[str, Any]:
        node = fields("leaf", leaf=leaf, next={"$ref": "#/components/schemas/Node"})
        whole = api(answer={"$ref": "#/components/schemas/Node"})
        return whole | {"components": {"schemas": {"Node": node}}}

    assert breaks(document(TEXT), document(TEXT)) == []
    assert breaks(document(TEXT), document(NUMBER)) == [
        ("POST /users/{id}: 200.leaf", "is integer now, was string")
    ]


def test_an_operation_that_is_gone_breaks_and_a_new_one_does_not() -> None:
    old, new = api(), api()
    new["paths"]["/users/{id}"]["get"] = deepcopy(new["paths"]["/users/{id}"]["post"])

    assert breaks(old, new) == []
    assert breaks(new, old) == [("GET /users/{id}", "is gone")]


def test_the_name_of_a_part_of_a_path_is_nobodys_business() -> None:
    assert breaks(api(path="/users/{id}"), api(path="/users/{user_id}")) == []
    assert breaks(api(path="/users/{id}"), api(path="/people/{id}")) != []


def parameter(name: str, schema: Any = TEXT, *, required: bool = False) -> dict[str, Any]:
    return {"in": "query", "name": name, "required": required, "schema": schema}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ([], [parameter("q")], None),
        ([], [parameter("q", required=True)], "is needed now"),
        ([parameter("q")], [parameter("q", required=True)], "is needed now"),
        ([parameter("q")], [], "is gone"),
        ([parameter("q")], [parameter("q", NUMBER)], "is integer now, was string"),
    ],
)
def test_parameters_are_sent_too(old: Any, new: Any, told: str | None) -> None:
    found = breaks(api(parameters=old), api(parameters=new))

    assert found == ([("POST /users/{id}: query q", told)] if told else [])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ([], [{"bearer": []}], ["is not open to everybody any more"]),
        ([{"bearer": []}], [], []),
        ([{"bearer": []}], [{"bearer": []}, {"cookie": []}], []),
        ([{"bearer": []}, {"cookie": []}], [{"bearer": []}],
         ["is not open to cookie any more"]),
    ],
)  # fmt: skip
def test_a_door_that_was_open_stays_open(old: Any, new: Any, told: list[str]) -> None:
    assert [what for _, what in breaks(api(security=old), api(security=new))] == told


def test_a_body_may_be_let_off_and_neither_asked_for_nor_taken_away() -> None:
    form = fields(a=TEXT)
    optional = api(form=form)
    optional["paths"]["/users/{id}"]["post"]["requestBody"]["required"] = False

    assert breaks(api(form=form), optional) == []
    assert breaks(optional, api(form=form)) == [("POST /users/{id}: body", "is needed now")]
    assert breaks(api(), api(form=form)) == [("POST /users/{id}: body", "is needed now")]
    assert breaks(api(form=form), api()) == [("POST /users/{id}: body", "is gone")]


def test_another_success_breaks_and_an_error_that_comes_no_more_does_not() -> None:
    old, other, calm = api(), api(), api()
    answers = other["paths"]["/users/{id}"]["post"]["responses"]
    answers["201"] = answers.pop("200")
    del calm["paths"]["/users/{id}"]["post"]["responses"]["404"]

    assert breaks(old, calm) == []
    assert breaks(old, other) == [("POST /users/{id}: 200", "does not come any more")]


def test_another_kind_of_content_breaks() -> None:
    old, new = api(answer=TEXT), api(answer=TEXT)
    content = new["paths"]["/users/{id}"]["post"]["responses"]["200"]["content"]
    content["text/plain"] = content.pop("application/json")

    assert breaks(old, new) == [("POST /users/{id}: 200", "application/json is gone")]


def test_a_document_that_leaves_things_out_is_read_all_the_same() -> None:
    bare = {"paths": {"/x": {"get": {"parameters": [{"in": "query", "name": "q"}]}}}}
    lost = api(answer={"$ref": "#/components/schemas/Nowhere"})

    assert breaks(bare, bare) == breaks({}, bare) == breaks(lost, lost) == []

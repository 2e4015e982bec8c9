from __future__ import annotations

from typing import Any, Literal, TypeVar

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from pkg.openapi import About, File, Header, Operation, document

T = TypeVar("T")
ABOUT = About(
    "Things", "1.2.3", "All about them.", security={"bearer": {"type": "http", "scheme": "bearer"}}
)


class Card(TypedDict):
    id: str
    kind: Literal["a", "b"]


class Other(TypedDict):
    id: int


class Listed(TypedDict):
    items: list[Card]
    pager: Other


class New(BaseModel, frozen=True, extra="forbid"):
    """What a thing is made of."""

    name: str = Field(max_length=8)
    note: str | None = None


class Changed(BaseModel, frozen=True, extra="forbid"):
    id: int = Field(ge=1, description="Which one.")
    name: str


class Wanted(BaseModel, frozen=True, extra="forbid"):
    id: int
    starting: str | None = Field(default=None, alias="filter[name]")
    sort: str


def made(*operations: Operation) -> dict[str, Any]:
    found = document(ABOUT, operations)
    OpenAPIV31SpecValidator(found).validate()  # raises where it is not OpenAPI 3.1
    return found


def only(operation: Operation) -> dict[str, Any]:
    found = made(operation)["paths"][operation.path][operation.method.lower()]
    assert isinstance(found, dict)
    return found


def test_a_document_without_operations_is_one() -> None:
    found = made()

    assert found["openapi"] == "3.1.0"
    assert found["info"] == {
        "title": "Things",
        "version": "1.2.3",
        "description": "All about them.",
    }
    assert found["paths"] == {}


def test_a_form_is_a_body_by_reference() -> None:
    found = made(Operation("things.make", "POST", "/things", form=New, in_body=True))
    body = found["paths"]["/things"]["post"]["requestBody"]

    schema = body["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/New"}
    assert body["required"] is True
    assert found["components"]["schemas"]["New"]["properties"]["name"]["maxLength"] == 8
    assert found["components"]["schemas"]["New"]["additionalProperties"] is False


def test_what_the_path_names_leaves_the_body() -> None:
    found = only(Operation("things.change", "PATCH", "/things/{id}", form=Changed, in_body=True))

    [parameter] = found["parameters"]
    schema = found["requestBody"]["content"]["application/json"]["schema"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == ("id", "path", True)
    assert parameter["description"] == "Which one."
    assert schema["properties"].keys() == {"name"}
    assert schema["required"] == ["name"]


def test_a_form_whose_fields_are_all_in_the_path_leaves_an_empty_body_optional() -> None:
    class OnlyId(BaseModel, frozen=True):
        id: int

    found = only(Operation("things.touch", "POST", "/things/{id}", form=OnlyId, in_body=True))

    assert found["requestBody"]["required"] is False


def test_the_query_takes_what_the_path_does_not_under_the_names_of_the_wire() -> None:
    found = only(Operation("things.index", "GET", "/things/{id}", form=Wanted))

    told = {each["name"]: (each["in"], each["required"]) for each in found["parameters"]}
    assert told == {
        "id": ("path", True),
        "filter[name]": ("query", False),
        "sort": ("query", True),
    }
    assert "requestBody" not in found


def test_an_answer_stands_where_it_is_wrapped() -> None:
    found = only(Operation("things.show", "GET", "/things", answer=Card, wrap="data"))

    schema = found["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["properties"] == {"data": {"$ref": "#/components/schemas/Card"}}
    assert schema["required"] == ["data"]


@pytest.mark.parametrize("answer", [Card | Other, list[Card], dict[str, Card], str])
def test_any_type_can_be_an_answer(answer: Any) -> None:
    assert only(Operation("x", "GET", "/x", answer=answer, wrap="data"))["responses"]["200"]


def test_a_page_is_its_items_and_its_pager_side_by_side() -> None:
    found = only(Operation("x", "GET", "/x", answer=Listed, wrap="data", is_paged=True))

    schema = found["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["properties"]["data"]["items"] == {"$ref": "#/components/schemas/Card"}
    assert schema["properties"]["pager"] == {"$ref": "#/components/schemas/Other"}


def test_no_answer_is_no_content() -> None:
    found = only(Operation("x", "DELETE", "/x", status=204))

    assert found["responses"] == {"204": {"description": "No Content"}}


def test_bytes_have_a_kind_and_no_schema() -> None:
    found = only(Operation("x", "GET", "/x", answer=bytes, media="*/*"))

    assert found["responses"]["200"]["content"] == {"*/*": {}}


def test_refusals_are_problems() -> None:
    found = only(Operation("x", "GET", "/x", refusals={401: ("token.old", "token.bad"), 429: ()}))

    for status in ("401", "429"):
        content = found["responses"][status]["content"]
        assert content["application/problem+json"]["schema"]["$ref"].endswith("/Problem")
    assert found["responses"]["401"]["description"] == "Unauthorized: `token.old`, `token.bad`"
    assert found["responses"]["429"]["description"] == "Too Many Requests"


def test_one_answer_may_come_with_two_statuses() -> None:
    found = only(Operation("x", "POST", "/x", answer=Card, wrap="data", status=201, again=200))

    made, again = found["responses"]["201"], found["responses"]["200"]
    assert made["content"] == again["content"]


def test_a_header_that_may_be_sent_is_told_with_its_values() -> None:
    found = only(Operation("x", "GET", "/x", headers=(Header("X-Mode", ("a", "b"), "How."),)))

    [parameter] = found["parameters"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == (
        "X-Mode",
        "header",
        False,
    )
    assert parameter["schema"]["enum"] == ["a", "b"]
    assert parameter["description"] == "How."


def test_what_a_caller_must_show_is_any_of_the_schemes() -> None:
    closed = only(Operation("x", "GET", "/x", needs=("bearer",)))
    open = only(Operation("x", "GET", "/x"))

    assert closed["security"] == [{"bearer": []}]
    assert open["security"] == []


def test_a_file_is_one_multipart_field() -> None:
    found = only(Operation("x", "PUT", "/x", file=File("file", 64)))

    schema = found["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert schema["required"] == ["file"]
    assert schema["properties"]["file"]["maxLength"] == 64


def test_methods_of_one_path_stand_together_and_tags_once() -> None:
    found = made(
        Operation("a.x", "GET", "/x", tag="a"),
        Operation("a.y", "POST", "/x", tag="a"),
        Operation("b.x", "GET", "/y", tag="b"),
    )

    assert found["paths"]["/x"].keys() == {"get", "post"}
    assert found["tags"] == [{"name": "a"}, {"name": "b"}]


@pytest.mark.parametrize(
    "second", [Operation("a", "POST", "/y"), Operation("b", "GET", "/x")], ids=["name", "place"]
)
def test_two_of_one_name_or_place_are_refused(second: Operation) -> None:
    with pytest.raises(ValueError, match="stands twice"):
        document(ABOUT, [Operation("a", "GET", "/x"), second])

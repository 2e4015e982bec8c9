from __future__ import annotations

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from app.models import User
from pkg.paginator import Sort, columns

By = Annotated[str, Sort("created_at", "name")]
SORT: TypeAdapter[str] = TypeAdapter(By)


class Listing(BaseModel, frozen=True, extra="forbid"):
    sort: By = "-created_at"


def test_names_of_the_list_pass_in_either_direction() -> None:
    for asked in ("name", "-name", "-created_at,name", "name,created_at"):
        assert SORT.validate_python(asked, strict=True) == asked


@pytest.mark.rule(91)
@pytest.mark.parametrize(
    "asked",
    [
        "",
        "password",
        "-password",
        "name,password",
        "name,name",
        "name,-name",
        "--name",
        "name,",
        " name",
        "NAME",
        "name__password",
        "name; DROP TABLE users",
        "name DESC",
        "(SELECT 1)",
        "id\0",
        "name," * 10_000,
    ],
)
def test_inherited_sort_reaches_sql(asked: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SORT.validate_python(asked, strict=True)

    assert refused.value.errors()[0]["type"] == "sort"
    assert refused.value.errors()[0]["ctx"] == {"allowed": "created_at, name"}


@given(st.text(max_size=30))
def test_whatever_passes_is_made_of_names_on_the_list(asked: str) -> None:
    try:
        passed = SORT.validate_python(asked, strict=True)
    except ValidationError:
        return
    assert {name.removeprefix("-") for name in columns(passed)} <= {"created_at", "name", "id"}


async def test_the_order_is_what_was_asked_and_equals_fall_apart_by_id(people: list[str]) -> None:
    assert columns("name") == ("name", "id")
    assert columns("name,-exp") == ("name", "-exp", "-id")
    assert columns("-id") == ("-id",)
    assert columns("-name", tie="seq") == ("-name", "-seq")

    ordered = await User.all().order_by(*columns("-exp"))
    assert [user.name for user in ordered] == ["eva", "gus", "ada", "dee", "cai", "bob", "fei"]


def test_the_schema_says_what_may_be_asked() -> None:
    schema = Listing.model_json_schema()["properties"]["sort"]

    assert schema["default"] == "-created_at"
    assert schema["pattern"] == "^-?(created_at|name)(,-?(created_at|name))*$"

"""What columns hold, as JSON and queries spell it."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from pkg.validation import (
    Day,
    Digits,
    Finite,
    Flag,
    Int16,
    Int32,
    Int64,
    Invalid,
    JsonObject,
    Kept,
    Moment,
    Text,
    UuidValue,
    absent,
    parse,
)

Price = Annotated[Decimal, Digits(5, 2)]
TYPES: dict[str, Any] = {
    "Day": Day, "Finite": Finite, "Flag": Flag, "Int16": Int16, "Int32": Int32, "Int64": Int64,
    "JsonObject": JsonObject, "Moment": Moment, "Price": Price, "UuidValue": UuidValue,
}  # fmt: skip


def read(name: str, value: object) -> Any:
    """Answers *value* as the type *name* takes it in a form."""
    form = type("One", (BaseModel,), {"__annotations__": {"value": TYPES[name]}})
    return parse(form, {"value": value}).value


def refused(name: str, value: object) -> str:
    """Answers the code by which it is not taken."""
    with pytest.raises(Invalid) as caught:
        read(name, value)
    return caught.value.faults["value"][0].code


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("Day", "2024-02-29", date(2024, 2, 29)),
        ("Finite", 1, 1.0),
        ("Finite", -1.5, -1.5),
        ("Flag", True, True),
        ("Flag", "false", False),
        ("Int16", -32768, -32768),
        ("Int32", 2**31 - 1, 2**31 - 1),
        ("Int64", -(2**63), -(2**63)),
        ("JsonObject", {"a": [1, None, {"b": "c"}]}, {"a": [1, None, {"b": "c"}]}),
        ("Moment", "2026-01-01T12:00:00Z", datetime(2026, 1, 1, 12, tzinfo=UTC)),
        ("Moment", "2026-01-01t12:00:00.1239+05:30", datetime(2026, 1, 1, 6, 30, 0, 123000, UTC)),
        ("Price", "1", Decimal("1.00")),
        ("Price", 7, Decimal("7.00")),
        ("Price", "-0", Decimal("0.00")),
        ("Price", "000999.99", Decimal("999.99")),
        ("UuidValue", "0" * 7 + "A-0000-0000-0000-000000000000", UUID(int=10 << 96)),
    ],
)
def test_a_value_is_taken(name: str, value: object, taken: object) -> None:
    assert read(name, value) == taken


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("Day", "2023-02-29", "day"),
        ("Day", "0999-01-01", "day"),
        ("Day", "20240229", "day"),
        ("Day", 1, "type"),
        ("Finite", math.inf, "type"),
        ("Finite", "1.0", "type"),
        ("Finite", True, "type"),
        ("Flag", 1, "type"),
        ("Flag", "True", "type"),
        ("Flag", ["true"], "type"),
        ("Int16", 32768, "too_large"),
        ("Int32", -(2**31) - 1, "too_small"),
        ("Int64", 2**63, "too_large"),
        ("Int64", 1.0, "type"),
        ("JsonObject", [], "type"),
        ("JsonObject", {"a": "\0"}, "characters"),
        ("JsonObject", {"a\0": 1}, "characters"),
        ("JsonObject", {"a": [math.inf]}, "characters"),
        ("Moment", "2026-01-01T12:00:00", "moment"),
        ("Moment", "2026-01-01 12:00:00Z", "moment"),
        ("Moment", "2026-01-01T25:00:00Z", "moment"),
        ("Moment", "2026-01-01T12:00:00+99:00", "moment"),
        ("Moment", "0001-01-01T00:00:00+23:00", "moment"),
        ("Moment", 1, "type"),
        ("Price", "1000", "decimal"),
        ("Price", "1.000", "decimal"),
        ("Price", "1e2", "decimal"),
        ("Price", "NaN", "decimal"),
        ("Price", "١", "decimal"),
        ("Price", 1.5, "type"),
        ("Price", True, "type"),
        ("UuidValue", "x", "format"),
        ("UuidValue", "{00000000-0000-0000-0000-000000000000}", "format"),
        ("UuidValue", 1, "type"),
    ],
)
def test_what_is_none_is_refused_by_its_code(name: str, value: object, code: str) -> None:
    assert refused(name, value) == code


@given(st.sampled_from([*TYPES]), st.one_of(st.text(), st.integers(), st.floats(), st.booleans()))
def test_whatever_comes_is_a_value_or_a_fault(name: str, value: object) -> None:
    with suppress(Invalid):
        read(name, value)


ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=ZONES))
def test_a_moment_is_the_same_in_every_zone(at: datetime) -> None:
    assume(1001 <= at.year <= 9998)

    taken = read("Moment", at.isoformat())

    assert timedelta(0) <= at - taken < timedelta(milliseconds=1)
    assert taken.tzinfo is UTC


@given(st.decimals(-999, 999, places=2))
def test_a_decimal_comes_back_to_the_digit(value: Decimal) -> None:
    taken = read("Price", str(value))

    assert taken == value
    assert taken.as_tuple().exponent == -2


class Change(BaseModel, frozen=True, extra="forbid"):
    name: Kept[Annotated[str, Text(5)]] = absent()
    note: Annotated[str, Text(5)] | None = absent()


def test_what_is_left_out_is_not_sent_and_null_is_no_value() -> None:
    assert parse(Change, {}).model_fields_set == set()
    assert parse(Change, {"note": None}).model_fields_set == {"note"}
    with pytest.raises(Invalid) as caught:
        parse(Change, {"name": None})
    assert caught.value.faults["name"][0].code == "type"


def test_a_document_shows_a_kept_field_as_its_own_type_without_a_default() -> None:
    told = TypeAdapter(Change).json_schema()["properties"]

    assert told["name"]["type"] == "string"
    assert "default" not in told["name"]
    assert [one["type"] for one in told["note"]["anyOf"]] == ["string", "null"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Day, {"type": "string", "format": "date"}),
        (Moment, {"type": "string", "format": "date-time"}),
        (UuidValue, {"type": "string", "format": "uuid"}),
        (Price, {"type": "string", "pattern": r"^-?[0-9]{1,40}(\.[0-9]{1,2})?$"}),
    ],
)
def test_a_document_shows_how_a_value_is_spelled(kind: Any, said: dict[str, str]) -> None:
    assert TypeAdapter(kind).json_schema() == said


@pytest.mark.parametrize(("name", "most"), [("Int16", 2**15), ("Int32", 2**31), ("Int64", 2**63)])
def test_the_most_that_is_told_is_taken(name: str, most: int) -> None:
    with pytest.raises(Invalid) as caught:
        read(name, most)

    told = caught.value.faults["value"][0].params["max"]
    assert read(name, told) == told == most - 1

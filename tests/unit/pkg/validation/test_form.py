from __future__ import annotations

import traceback
from datetime import date
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from pkg.validation import (
    Birthday,
    FieldFault,
    Id,
    Invalid,
    Limit,
    Mobile,
    Name,
    Password,
    Text,
    VerifyCode,
    fault,
    parse,
)
from pkg.validation.fault import translate


class Line(BaseModel, frozen=True, extra="forbid"):
    id: Id
    note: Annotated[str, Text(5)] = ""


class Order(BaseModel, frozen=True, extra="forbid"):
    name: Name
    mobile: Mobile
    lines: list[Line] = Field(min_length=1, max_length=3)
    kind: Literal["gift", "sale"] = "sale"
    urgent: bool = False


class Secret(BaseModel, frozen=True, extra="forbid"):
    password: Password = Field(repr=False)
    verify_code: VerifyCode = Field(repr=False)


GOOD = {"name": "lin", "mobile": "13800138000", "lines": [{"id": "7"}]}


def codes(form: type[BaseModel], data: object) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        parse(form, data)
    return {name: found[0].code for name, found in refused.value.faults.items()}


def test_a_right_form_comes_back_converted() -> None:
    order = parse(Order, GOOD)

    assert (order.mobile, order.lines[0].id) == ("+8613800138000", 7)


@pytest.mark.rule(95)
def test_every_fault_is_told_at_once_by_field() -> None:
    assert codes(
        Order,
        {
            "mobile": "12",
            "lines": [{"id": "7"}, {"id": "x", "note": "too long"}, {"nota": 1}],
            "kind": "loan",
            "urgent": "yes",
        },
    ) == {
        "name": "missing",
        "mobile": "mobile",
        "lines.1.id": "id",
        "lines.1.note": "too_long",
        "lines.2.id": "missing",
        "lines.2.nota": "unknown",
        "kind": "choice",
        "urgent": "type",
    }


@pytest.mark.parametrize("data", [None, 1, "name=x", [], [["name", "x"]], True])
def test_what_is_no_object_is_a_fault_of_the_whole(data: object) -> None:
    assert codes(Order, data) == {"": "type"}


@pytest.mark.rule(94)
def test_an_unknown_field_is_refused() -> None:
    assert codes(Order, {**GOOD, "is_admin": True}) == {"is_admin": "unknown"}


@pytest.mark.rule(91)
def test_a_filter_that_a_list_does_not_have_is_refused_as_one() -> None:
    class Listing(BaseModel, frozen=True, extra="forbid"):
        name: str = Field(default="", validation_alias="filter[name]")

    assert parse(Listing, {"filter[name]": "a"}).name == "a"
    assert codes(Listing, {"filter[password]": "a", "name": "a"}) == {
        "filter[password]": "filter",
        "name": "unknown",
    }


@pytest.mark.rule(95)
@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], {}, ["13800138000"]])
def test_no_type_is_taken_for_another(value: object) -> None:
    assert codes(Order, {**GOOD, "mobile": value}) == {"mobile": "type"}
    assert codes(Order, {**GOOD, "name": value}) == {"name": "type"}
    if value is not True:
        assert codes(Order, {**GOOD, "urgent": value}) == {"urgent": "type"}


def test_a_fault_carries_its_bounds_and_never_the_input() -> None:
    with pytest.raises(Invalid) as refused:
        parse(Order, {**GOOD, "name": "x", "lines": []})

    assert refused.value.faults == {
        "name": (FieldFault("too_short", {"min": 2}),),
        "lines": (FieldFault("too_few", {"min": 1}),),
    }


def test_bounds_of_numbers_are_told_as_min_and_max() -> None:
    class Window(BaseModel, frozen=True, extra="forbid"):
        limit: Limit
        share: float = Field(gt=0, lt=1)

    with pytest.raises(Invalid) as refused:
        parse(Window, {"limit": "101", "share": 0})

    assert refused.value.faults == {
        "limit": (FieldFault("too_large", {"max": 100}),),
        "share": (FieldFault("too_small", {"min": 0}),),
    }


@pytest.mark.rule(7)
def test_nothing_of_the_input_is_in_the_error_or_its_traceback() -> None:
    canary = "canary-0d6f"
    data = {"password": f"{canary}\0", "verify_code": canary, canary: canary}
    with pytest.raises(Invalid) as refused:
        parse(Secret, data)

    told = "".join(traceback.format_exception(refused.value))
    assert canary not in told
    assert canary not in repr(refused.value)
    assert refused.value.__context__ is None
    assert canary not in repr(list(refused.value.faults.values()))


@pytest.mark.rule(105)
def test_secrets_are_not_in_the_repr_of_a_form() -> None:
    form = parse(Secret, {"password": "correct horse", "verify_code": "123456"})

    assert "horse" not in repr(form)
    assert "123456" not in repr(form)


def test_no_more_than_a_hundred_faults_are_told_and_names_are_cut() -> None:
    with pytest.raises(Invalid) as refused:
        parse(Order, {**GOOD, **{f"{n}" * 1_000: n for n in range(1, 500)}})

    assert len(refused.value.faults) <= 100
    assert max(map(len, refused.value.faults)) <= 200


def test_the_region_completes_a_mobile() -> None:
    class Reach(BaseModel, frozen=True, extra="forbid"):
        mobile: Mobile

    assert parse(Reach, {"mobile": "0412 345 678"}, region="AU").mobile == "+61412345678"
    assert codes(Reach, {"mobile": "0412 345 678"}) == {"mobile": "mobile"}


def test_with_a_today_a_birthday_to_come_is_refused() -> None:
    class Born(BaseModel, frozen=True, extra="forbid"):
        birthday: Birthday | None = None

    today = date(2026, 11, 24)
    assert parse(Born, {"birthday": "2026-11-24"}, today=today).birthday == today
    assert parse(Born, {"birthday": None}).birthday is None
    with pytest.raises(Invalid):
        parse(Born, {"birthday": "2026-11-25"}, today=today)


def test_an_action_can_name_a_fault_of_its_own() -> None:
    refused = Invalid.of("birthday", "too_small", min=1900)

    assert refused.faults == {"birthday": (FieldFault("too_small", {"min": 1900}),)}
    assert refused.code == "invalid"


def test_a_fault_of_pydantics_that_has_no_name_here_is_just_invalid() -> None:
    given = {"loc": (), "msg": "", "input": None}

    assert translate({"type": "value_error", **given}).code == "invalid"  # type: ignore[typeddict-item]
    assert translate({"type": "time_parsing", **given}).code == "type"  # type: ignore[typeddict-item]
    assert fault("mobile").type == "mobile"

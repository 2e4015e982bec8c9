from __future__ import annotations

import pytest
from pydantic import BaseModel

from pkg.validation import FieldFault, Invalid, Password, parse, refuse_hinted
from pkg.validation.passwords import common, is_common, is_hinted


class Own(BaseModel, frozen=True, extra="forbid"):
    password: Password


@pytest.mark.rule(21)
def test_the_list_holds_more_than_three_thousand_that_are_long_enough_to_be_chosen() -> None:
    assert len(common()) > 3_000
    assert min(map(len, common())) == 8
    assert all(word == word.lower() for word in common())


@pytest.mark.rule(21)
@pytest.mark.parametrize(
    "password",
    [
        "password",
        "PassWord1",
        "12345678",
        "qwertyuiop",
        "iloveyou",
        "woaini1314",
        "88888888",
        "abababab",
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert is_common(password)
    with pytest.raises(Invalid) as refused:
        parse(Own, {"password": password})
    assert refused.value.faults == {"password": (FieldFault("common"),)}


@pytest.mark.rule(21)
@pytest.mark.parametrize(
    "password",
    [
        "linyuan123",
        "LinYuan!",
        "lin.yuan1",
        "lin.yuan@example.com",
        "13800138000",
        "+8613800138000",
        "00138000",
        "parley!!!",
        "LinYuan-00138000",
    ],
)
def test_little_more_than_what_is_known_of_somebody_is_refused(password: str) -> None:
    about = ["Lin.Yuan", "lin.yuan@example.com", "+8613800138000", None, "", "Parley"]

    with pytest.raises(Invalid) as refused:
        refuse_hinted(password, about, field="new_password")

    assert refused.value.faults == {"new_password": (FieldFault("common"),)}


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "linyuan likes tea", "13800138000 and more", "bo bo bo bo"],
)
def test_a_sentence_may_hold_a_name(password: str) -> None:
    assert not is_common(password)
    assert not is_hinted(password, ["linyuan", "+8613800138000", "bo"])
    refuse_hinted(password, ["linyuan", None])

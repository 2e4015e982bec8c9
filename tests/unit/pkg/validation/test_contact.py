from __future__ import annotations

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pkg.validation import Email, Identifier, Mobile

MOBILE: TypeAdapter[str] = TypeAdapter(Mobile)
EMAIL: TypeAdapter[str] = TypeAdapter(Email)
IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)
IN_CHINA = {"region": "CN"}


def mobile(value: str, region: str = "CN") -> str:
    return MOBILE.validate_python(value, strict=True, context={"region": region})


@pytest.mark.rule(96)
@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        " 138 0013 8000 ",
        "138-0013-8000",
        "+8613800138000",
        "+86 (138) 0013.8000",
        "008613800138000",
        "１３８００１３８０００",
        "＋８６１３８００１３８０００",
    ],
)
def test_inherited_mobile_in_one_spelling(typed: str) -> None:
    assert mobile(typed) == "+8613800138000"


@pytest.mark.parametrize(
    ("typed", "region", "stored"),
    [
        ("+14155550123", "CN", "+14155550123"),
        ("(415) 555-0123", "US", "+14155550123"),
        ("07400 123456", "GB", "+447400123456"),
        ("+39 312 345 6789", "CN", "+393123456789"),
        ("+861990000" + "1234", "US", "+8619900001234"),
    ],
)
def test_a_foreign_mobile_is_known_by_its_country_or_by_the_region(
    typed: str, region: str, stored: str
) -> None:
    assert mobile(typed, region) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1",
        "12800138000",
        "1380013800",
        "138001380000",
        "010 1234 5678",  # a landline takes no text message
        "1380013800O",
        "13800138000;ext=1",
        "13800138000 x5",
        "1800FLOWERS",
        "tel:13800138000",
        "+8613800138000+8613800138000",
        "+999123456789",
        "١٣٨٠٠١٣٨٠٠٠",
        "13800138000" * 6,
    ],
)
def test_what_no_text_message_reaches_is_no_mobile(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        mobile(typed)
    assert refused.value.errors()[0]["type"] == "mobile"


@given(
    st.sampled_from(["CN", "US", "GB", "IT", "JP", "BR", "IN", "DE", "AU"]),
    st.sampled_from([1, 0, 2]),
)
def test_every_spelling_of_a_real_mobile_is_stored_alike(region: str, style: int) -> None:
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    assert number is not None
    stored = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    assert mobile(phonenumbers.format_number(number, style), region) == stored
    assert mobile(stored, "FR") == stored


@given(st.text("0123456789+-() .x０１", max_size=24) | st.text(max_size=24))
def test_any_text_is_a_mobile_in_e164_or_refused(typed: str) -> None:
    try:
        stored = mobile(typed)
    except ValidationError:
        return
    assert re.fullmatch(r"\+[1-9][0-9]{6,14}", stored)
    assert mobile(stored, "US") == stored


@pytest.mark.rule(96)
@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" A.B@Example.COM ", "a.b@example.com"),
        ("x+tag@example.com", "x+tag@example.com"),
        ("x@bücher.example.com", "x@xn--bcher-kva.example.com"),
        ("x@XN--BCHER-KVA.example.com", "x@xn--bcher-kva.example.com"),
        ("x@例子.中国", "x@xn--fsqu00a.xn--fiqs8s"),
        ("x@ＥＸＡＭＰＬＥ.com", "x@example.com"),
        ("one@testing.example.com", "one@testing.example.com"),
    ],
)
def test_an_email_is_stored_in_lower_case_with_an_ascii_domain(typed: str, stored: str) -> None:
    assert EMAIL.validate_python(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "x",
        "@example.com",
        "x@",
        "x@localhost",
        "x@[127.0.0.1]",
        "x@@example.com",
        "x y@example.com",
        '"x y"@example.com',
        "Lin <lin@example.com>",
        "lin@example.com,b@example.com",
        "é@example.com",
        "x@example.com\nBcc: y@example.com",
        "x@exam\0ple.com",
        "x" * 65 + "@example.com",
        "x@" + "a" * 300 + ".com",
        "\ud800@example.com",
        "x@\ud800.com",
    ],
)
def test_what_cannot_be_written_to_is_no_email(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        EMAIL.validate_python(typed, strict=True)
    assert refused.value.errors()[0]["type"] == "email"


@given(st.emails() | st.text(max_size=12).map(lambda name: f"{name}@example.com"))
def test_any_text_is_an_email_in_its_one_form_or_refused(typed: str) -> None:
    try:
        stored = EMAIL.validate_python(typed)
    except ValidationError:
        return
    assert stored.isascii()
    assert stored == stored.lower()
    assert len(stored) <= 254
    assert EMAIL.validate_python(stored) == stored


@pytest.mark.rule(26)
def test_spellings_of_one_account_are_one_identifier() -> None:
    def known(typed: str) -> str:
        return IDENTIFIER.validate_python(typed, context=IN_CHINA)

    assert known(" 138 0013 8000") == known("+8613800138000") == "+8613800138000"
    assert known("A@Example.com") == "a@example.com"
    assert known(" Lin ") == "Lin"
    assert known("12") == "12"  # nobody, and no fault that says so
    assert known("X@nowhere") == "x@nowhere"

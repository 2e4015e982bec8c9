from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pkg.validation import (
    Birthday,
    CaptchaAnswer,
    CodeId,
    Content,
    ConversationId,
    DeviceName,
    Email,
    GivenPassword,
    Id,
    Identifier,
    Limit,
    Locale,
    Mobile,
    Name,
    Nickname,
    PageNumber,
    Password,
    Seq,
    Text,
    UserId,
    Uuid,
    VerifyCode,
    WholeNumber,
)
from pkg.validation.passwords import is_common

TEXTS: dict[str, Any] = {
    "Mobile": Mobile,
    "Email": Email,
    "Identifier": Identifier,
    "Name": Name,
    "Nickname": Nickname,
    "Password": Password,
    "GivenPassword": GivenPassword,
    "VerifyCode": VerifyCode,
    "CodeId": CodeId,
    "CaptchaAnswer": CaptchaAnswer,
    "DeviceName": DeviceName,
    "Content": Content,
    "Uuid": Uuid,
    "Locale": Locale,
    "Birthday": Birthday,
    "Id": Id,
}


def take(type_: Any, value: object) -> Any:
    return TypeAdapter(type_).validate_python(value, strict=True, context={"region": "CN"})


def refusal(type_: Any, value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        take(type_, value)
    return refused.value.errors()[0]["type"]


@pytest.mark.rule(96)
@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("sign", ["\0", "\ud800", "\x1b", "\x7f", "\x85", "\x08"])
def test_no_text_takes_nul_controls_or_lone_surrogates(kind: str, sign: str) -> None:
    for value in (f"ab{sign}cdefgh", f"12{sign}345678", f"a@b{sign}.example.com"):
        refusal(TEXTS[kind], value)


@pytest.mark.rule(99)
@pytest.mark.parametrize("kind", sorted(TEXTS.keys() - {"Content"}))
def test_no_line_break_gets_into_a_line(kind: str) -> None:
    for sign in ("\r\n", "\n", "\r", "\u2028"):
        for value in (f"good enough{sign}Bcc: x", f"a@example.com{sign}Bcc: x", f"123456{sign}7"):
            refusal(TEXTS[kind], value)


@pytest.mark.rule(98)
@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize(
    "unit",
    ["a", "_", " ", "a ", "a-", "1", "1 ", "(", "+", "a.", "@", "a@", "\u0301", "\ufdfa", "."],
)
def test_fifty_thousand_signs_are_refused_without_a_search(kind: str, unit: str) -> None:
    # A pattern that backtracks would not come back from this.
    for end in ("", "!é", "\0"):
        refusal(TEXTS[kind], unit * (50_000 // len(unit)) + end)


# Names


@pytest.mark.parametrize(
    "name",
    [
        "lin",
        "林远",
        "Lin Yuan",
        "o'neil",
        "jean-luc",
        "a_b",
        "李 Bob",
        "ＬＩＮ",
        "ñandú",
        "हिन्दी",
        "j.doe",
        "x2",
    ],
)
def test_a_name_is_kept_as_it_is_typed(name: str) -> None:
    assert take(Name, f" {name}\t") == name


@pytest.mark.rule(96)
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "too_short"),
        (" a ", "too_short"),
        ("a" * 33, "too_long"),
        ("\ufdfa" * 20, "too_long"),
        ("13800138000", "name"),
        ("１３８", "name"),
        ("+8613", "name"),
        ("a@b", "name"),
        ("a＠b", "name"),
        ("a  b", "name"),
        ("-ab", "name"),
        ("ab.", "name"),
        ("a\u200bb", "name"),
        ("a\u202eb", "characters"),
        ("a\tb", "characters"),
        ("p\u0430ypal", "name"),  # a Cyrillic a
        ("<b>x</b>", "name"),
        ("\u0301ab", "name"),
    ],
)
def test_what_could_be_taken_for_something_else_is_no_name(name: str, code: str) -> None:
    assert refusal(Name, name) == code


@pytest.mark.rule(98)
def test_a_name_of_joints_alone_is_refused_at_once() -> None:
    assert refusal(Name, "_" * 31 + "!") == "name"


def test_a_nickname_may_be_blank_and_is_then_empty() -> None:
    assert take(Nickname, " Lin 🙂 ") == "Lin 🙂"
    assert take(Nickname, "") == take(Nickname, "\u200b\u2060") == ""
    assert refusal(Nickname, "x" * 65) == "too_long"


def test_an_invisible_line_is_blank() -> None:
    for value in ("", "   ", "\u200b", "\u3164\u3000"):
        assert refusal(Annotated[str, Text(80)], value) == "blank"


# Passwords


@pytest.mark.rule(17)
def test_a_password_has_eight_characters_and_at_most_1024_bytes() -> None:
    assert refusal(Password, "1234567") == "too_short"
    assert take(Password, "kiwi tea") == "kiwi tea"
    assert take(Password, "一二三四五六七八") == "一二三四五六七八"
    assert take(Password, "xyz1" * 256) == "xyz1" * 256
    assert refusal(Password, "xyz1" * 256 + "x") == "too_many_bytes"
    assert refusal(Password, "密" * 342) == "too_many_bytes"


@pytest.mark.rule(18)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=8, max_size=60))
def test_a_password_is_kept_to_the_letter(password: str) -> None:
    assume(not is_common(password))
    if not any("\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069" for sign in password):
        assert take(Password, password) == password
        assert take(GivenPassword, password) == password


def test_a_given_password_has_no_least_length_but_is_not_empty() -> None:
    assert take(GivenPassword, " ") == " "
    assert refusal(GivenPassword, "") == "blank"


# Codes and ids


@pytest.mark.rule(11)
@pytest.mark.parametrize("value", ["", " ", "12345", "1234567", "12345a", "１２３４５６", "٣٣٣٣٣٣"])
def test_a_code_is_six_ascii_digits_and_nothing_else(value: str) -> None:
    assert refusal(VerifyCode, value) == "code"
    assert take(VerifyCode, " 012345\n") == "012345"


@pytest.mark.rule(11)
@pytest.mark.parametrize("value", [None, 123456, 1.5, True, [], ["123456"], {}])
def test_an_answer_that_is_no_text_never_matches(value: object) -> None:
    for kind in (VerifyCode, CodeId, CaptchaAnswer):
        assert refusal(kind, value) == "string_type"


def test_a_captcha_answer_is_short_and_ascii() -> None:
    assert take(CaptchaAnswer, " 4821 ") == "4821"
    for value in ("", " ", "４８", "1 2", "x" * 33):
        assert refusal(CaptchaAnswer, value) == "captcha"


def test_an_opaque_id_is_url_safe() -> None:
    assert take(CodeId, "captcha_skip_test") == "captcha_skip_test"
    for value in ("", "short", "a" * 129, "../../etc/passwd", "a b c d e f"):
        assert refusal(CodeId, value) == "format"


@pytest.mark.rule(92)
@pytest.mark.parametrize(
    "value",
    [
        "",
        "0",
        "-1",
        "01",
        "+1",
        " 1",
        "1 ",
        "1.0",
        "1e3",
        "0x1",
        "1_0",
        "१",
        "9" * 19,
        "9" * 400,
        "u:",
        "c:1",
    ],
)
def test_an_id_out_of_bounds_or_in_another_spelling_is_refused(value: str) -> None:
    assert refusal(Id, value) == "id"
    assert refusal(UserId, f"u:{value}") == "id"


@pytest.mark.rule(92)
@pytest.mark.parametrize("value", [None, 1, 1.0, True, [], {}])
def test_an_id_is_text_on_the_wire(value: object) -> None:
    assert refusal(Id, value) == "type"


def test_ids_may_carry_the_prefix_of_the_socket() -> None:
    assert take(Id, str(2**63 - 1)) == 2**63 - 1
    assert take(UserId, "42") == take(UserId, "u:42") == 42
    assert take(ConversationId, "7") == take(ConversationId, "c:7") == 7
    assert refusal(ConversationId, "u:7") == "id"


def test_a_uuid_has_one_spelling() -> None:
    id = "0B0AE4C6-4A5B-4F0E-8B0F-3C1D2E3F4A5B"
    assert take(Uuid, id) == id.lower()
    for value in ("", id.replace("-", ""), f"{{{id}}}", f"urn:uuid:{id}", id[:-1] + "g"):
        assert refusal(Uuid, value) == "format"


# Numbers


@pytest.mark.rule(92)
def test_whole_numbers_come_as_numbers_or_as_digits() -> None:
    assert take(Limit, 100) == take(Limit, "100") == 100
    assert take(Seq, "0") == 0
    assert take(PageNumber, "1000") == 1000
    assert take(WholeNumber, str(-(2**63))) == -(2**63)
    wrong: list[object] = [
        None,
        True,
        1.0,
        "1.0",
        "",
        "x",
        " 1",
        "1_0",
        "१",
        [],
        {},
        float("nan"),
        "9" * 33,
    ]
    for value in wrong:
        assert refusal(Limit, value) == "type"


@pytest.mark.rule(92)
@pytest.mark.parametrize("beyond", [2**63, 2**64, 10**30])
def test_numbers_out_of_range_are_refused_however_large(beyond: int) -> None:
    for kind in (Limit, PageNumber, Seq, WholeNumber):
        for value in (beyond, str(beyond)):
            assert refusal(kind, value).startswith("less_than")
        assert refusal(kind, -beyond - 1).startswith("greater_than")
    assert refusal(Limit, 0) == refusal(PageNumber, "0") == "greater_than_equal"


# Days and languages


def test_a_birthday_is_a_day_that_was() -> None:
    assert take(Birthday, "2000-02-29") == date(2000, 2, 29)
    for value in (
        "",
        "2001-02-29",
        "1899-12-31",
        "0001-01-01",
        "20000229",
        "2000-2-9",
        "9999-99-99",
    ):
        assert refusal(Birthday, value) == "date"
    for other in (None, 946684800, date(2000, 1, 1)):
        assert refusal(Birthday, other) == "type"


def test_a_locale_has_one_spelling() -> None:
    for value in ("zh-cn", "zh_CN", "ZH-CN"):
        assert take(Locale, value) == "zh_CN"
    assert take(Locale, "zh-hans-cn") == "zh_Hans_CN"
    assert take(Locale, "EN") == "en"
    for value in ("", "e", "../en", "en-", "*", "en_US.UTF-8"):
        assert refusal(Locale, value) == "locale"


# Content


def test_a_line_can_have_a_least_length() -> None:
    assert refusal(Annotated[str, Text(8, min=3)], " ab ") == "too_short"
    assert take(Annotated[str, Text(8, min=3)], " abc ") == "abc"
    assert refusal(Annotated[str, Text(8)], "x" * 5_000) == "too_long"


def test_content_keeps_its_lines_and_is_measured_in_bytes() -> None:
    typed = "  one\r\n\ttwo 👩‍👩‍👧 \n"
    assert take(Content, typed) == typed
    assert take(Content, "x" * 16_384)
    assert refusal(Content, "x" * 16_385) == "too_many_bytes"
    assert refusal(Content, "好" * 5_462) == "too_many_bytes"
    assert refusal(Content, " \n\u200b") == "blank"


@pytest.mark.rule(96)
@given(st.text(max_size=80))
def test_what_a_text_type_lets_through_can_be_stored_anywhere(value: str) -> None:
    for kind in (Name, Nickname, DeviceName, Content):
        try:
            kept = take(kind, value)
        except ValidationError:
            continue
        assert "\0" not in kept
        kept.encode("utf-8")
        assert take(kind, kept) == kept


def test_schemas_say_what_is_taken() -> None:
    def schema(kind: Any) -> dict[str, Any]:
        return TypeAdapter(kind).json_schema()

    assert schema(Annotated[str, Text(80)]) == {"type": "string", "minLength": 1, "maxLength": 80}
    assert schema(Id)["pattern"] == "^[1-9][0-9]{0,18}$"
    assert schema(UserId)["pattern"] == "^(u:)?[1-9][0-9]{0,18}$"
    assert schema(Birthday) == {"type": "string", "format": "date"}
    assert schema(Limit) == {"type": "integer", "minimum": 1, "maximum": 100}

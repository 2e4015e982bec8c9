"""What a mail may be, and how it looks on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.mail import MailMessage, MailRefused
from pkg.mail.mime import build, domain_of

MESSAGE = MailMessage(
    id="<1@example.com>",
    date=datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8))),
    sender="会话 <parley@example.com>",
    to="ann@example.com",
    subject="您的验证码",
    locale="zh_CN",
    text="验证码 493817\n.\n..\n" + "长" * 2000 + "\nFrom here\n",
    html="<p>验证码 &amp; 493817</p>",
)
PRINTABLE = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200)


def parsed(message: MailMessage) -> EmailMessage:
    raw = build(message).as_bytes()
    return message_from_bytes(raw, policy=policy.default)


def changed(name: str, value: str) -> MailMessage:
    fields: dict[str, Any] = {name: value}
    return replace(MESSAGE, **fields)


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    text: str = found.get_content()
    return text.replace("\r\n", "\n")


def test_text_and_html_stand_side_by_side_and_come_back_whole() -> None:
    mail = parsed(MESSAGE)

    assert mail.get_content_type() == "multipart/alternative"
    assert [found.get_content_type() for found in mail.iter_parts()] == ["text/plain", "text/html"]
    assert part(mail, "plain") == MESSAGE.text
    assert part(mail, "html").strip() == MESSAGE.html
    assert not mail.defects


def test_the_headers_say_who_what_and_when() -> None:
    mail = parsed(MESSAGE)

    assert mail["Subject"] == "您的验证码"
    assert mail["From"].addresses[0].display_name == "会话"
    assert mail["From"].addresses[0].addr_spec == "parley@example.com"
    assert mail["To"] == "ann@example.com"
    assert mail["Message-ID"] == "<1@example.com>"
    assert parsedate_to_datetime(mail["Date"]) == MESSAGE.date
    assert mail["Content-Language"] == "zh-CN"
    assert mail["MIME-Version"] == "1.0"


def test_no_answering_machine_is_asked_to_answer() -> None:
    mail = parsed(MESSAGE)

    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"


def test_what_travels_is_plain_ascii_in_short_lines() -> None:
    raw = build(MESSAGE).as_bytes()

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")


@given(subject=PRINTABLE.filter(str.strip), text=PRINTABLE, html=PRINTABLE)
def test_any_words_come_back(subject: str, text: str, html: str) -> None:
    mail = parsed(replace(MESSAGE, subject=subject, text=text + "\n", html=html + "\n"))

    assert " ".join(mail["Subject"].split()) == " ".join(subject.split())
    assert part(mail, "plain") == text + "\n"
    assert part(mail, "html") == html + "\n"


@pytest.mark.rule(99)
@pytest.mark.parametrize(
    "to",
    [
        "",
        "ann",
        "ann@",
        "@example.com",
        "a@b@example.com",
        "ann@example.com\r\nBcc: eve@example.com",
        "ann@example.com\n",
        "ann\r@example.com",
        "ann@example.com, eve@example.com",
        "ann@example.com;eve@example.com",
        "Ann <ann@example.com>",
        "<ann@example.com>",
        '"ann eve"@example.com',
        "ann eve@example.com",
        "ann(eve)@example.com",
        "ann@example.com\0",
        "ann@exa\u2028mple.com",
        "a" * 65 + "@example.com",
        "ann@" + "a" * 254,
        "ann@example.com%0d%0aBcc:eve",
        "ann@[127.0.0.1]",
    ],
    ids=ascii,
)
def test_a_recipient_is_one_bare_address(to: str) -> None:
    with pytest.raises(MailRefused) as refused:
        replace(MESSAGE, to=to)
    assert "eve" not in str(refused.value)


@pytest.mark.rule(99)
@pytest.mark.parametrize("name", ["id", "sender", "subject", "locale"])
@pytest.mark.parametrize(
    "bad", ["\r\n", "\n", "\r", "\0", "\x1b", "\x85", "\u2028", "\ud800"], ids=ascii
)
def test_no_header_holds_what_could_end_it(name: str, bad: str) -> None:
    value = f"x{bad}Bcc: eve@example.com"

    with pytest.raises(MailRefused):
        changed(name, value)


@pytest.mark.rule(99)
@given(st.text(max_size=60))
def test_no_text_makes_a_second_header_or_recipient(text: str) -> None:
    for name in ("to", "subject", "sender"):
        given = text if name == "subject" else f"{text}@example.com"
        try:
            mail = parsed(changed(name, given))
        except MailRefused:
            continue
        assert len(mail["To"].addresses) == 1
        assert sorted(mail.keys()) == sorted(parsed(MESSAGE).keys())


def test_a_domain_in_another_script_is_written_so_that_any_server_knows_it() -> None:
    mail = parsed(replace(MESSAGE, to="ann@例子.测试", sender="Parley <a@例子.测试>"))

    assert mail["To"] == "ann@xn--fsqu00a.xn--0zwm56d"
    assert mail["From"].addresses[0].domain == "xn--fsqu00a.xn--0zwm56d"
    assert domain_of("example.com") == "example.com"


@pytest.mark.parametrize("to", ["ann@" + "ü" * 64 + ".example", "ann@ü..example"])
def test_a_domain_that_has_no_plain_spelling_is_refused(to: str) -> None:
    with pytest.raises(MailRefused) as refused:
        build(replace(MESSAGE, to=to))
    assert refused.value.__cause__ is None


def test_dates_are_told_with_their_offset() -> None:
    mail = parsed(replace(MESSAGE, date=datetime(2026, 1, 1, tzinfo=UTC)))

    assert str(mail["Date"]).endswith("+0000")

"""Secrets are planted everywhere a careless line could carry them; no sink may show one."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.logger import bind, context, log
from pkg.logger.redact import HIDDEN, Redactor
from tests.unit.pkg.logger.conftest import Sinks

PASSWORD = "correct-horse-battery"
TOKEN = "s3cr3tT0kenValue"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJlLXBhcnQ"
OPAQUE = "Zk3" + "aB9-_xQ" * 9
HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"
CODE = "493817"
APP_KEY = "base64-of-the-key-of-this-very-app"
PLANTED = (PASSWORD, TOKEN, JWT, OPAQUE, HASH, CODE, APP_KEY)

MESSAGES = (
    f"password={PASSWORD}",
    f'{{"password": "{PASSWORD}", "name": "ann"}}',
    f"new_password: '{PASSWORD}'",
    f"login failed: user=ann passwd={PASSWORD}; ip=::1",
    f"GET /ws?ticket={TOKEN}&v=1",
    f"POST https://ann:{PASSWORD}@example.com/x",
    f"sms://send?TemplateParam=%7B%7D&access_token={TOKEN}",
    f"Authorization: Bearer {TOKEN}",
    f"{{'authorization': 'Basic {TOKEN}', 'host': 'x'}}",
    f"bearer {TOKEN}",
    f"Cookie: a={TOKEN}; b={PASSWORD}",
    f"Set-Cookie: __Host-parley_session={TOKEN}; Secure",
    f"got {JWT}",
    f"opaque {OPAQUE} seen",
    f"row has {HASH}",
    f"verify code {CODE} sent",
    f"the code is {CODE}",
    f'"code":"{CODE}"',
    f"verify_code={CODE}",
    f"key in use: {APP_KEY}",
    # as they stand inside other texts: a query, a body in a body, the headers of a scope
    f"GET https://sms.example.com/?TemplateParam=%7B%22code%22%3A%22{CODE}%22%7D&v=1",
    f"body=%7B%22password%22%3A%22{PASSWORD}%22%7D",
    f"form password%3D{PASSWORD}%26name%3Dann",
    f'said "{{\\"password\\": \\"{PASSWORD}\\"}}"',
    f'said "{{\\"code\\":\\"{CODE}\\"}}"',
    f"{{b'password': b'{PASSWORD} {TOKEN}'}}",
    f"[(b'cookie', b'a={TOKEN}'), (b'host', b'x')]",
    f"[(b'x-csrf-token', b'{TOKEN}'), ('new_password', '{PASSWORD} {TOKEN}')]",
    f"[('verify_code', '{CODE}')]",
)

FIELDS: tuple[dict[str, Any], ...] = (
    {"password": PASSWORD},
    {"New-Password": PASSWORD},
    {"code": CODE},
    {"code": int(CODE)},
    {"verify_code": CODE},
    {"refresh_token": TOKEN},
    {"headers": {"Authorization": TOKEN, "cookie": TOKEN, "X-Csrf-Token": TOKEN}},
    {"form": {"deep": [{"password": PASSWORD}]}},
    {"pairs": [f"ticket={TOKEN}", JWT]},
    {"url": f"redis://:{PASSWORD}@127.0.0.1:6379/0"},
    {"settings": {"key": APP_KEY}},
    {f"password={PASSWORD}": 1},
)


class Hostile:
    """A value whose text is a secret, and one whose text fails."""

    def __init__(self, text: str | None) -> None:
        self.text = text

    def __str__(self) -> str:
        if self.text is None:
            raise RuntimeError(f"token={TOKEN}")
        return self.text


def fail(password: str) -> None:
    raise ValueError(f"token={TOKEN} and {len(password)}")


def failing() -> None:
    try:
        fail(PASSWORD)
    except ValueError as exc:
        raise RuntimeError(f"Authorization: Bearer {TOKEN}\npassword={PASSWORD}") from exc


def plant() -> None:
    for message in MESSAGES:
        log.info(message)
        log.info("said {text}", text=message)
        bind(text=message).warning("bound")
        logging.getLogger("uvicorn.error").error("%s", message)
        logging.getLogger("anything").warning(message)
    for fields in FIELDS:
        bind(**fields).info("fields")
        with context(**fields):
            log.info("context")
    log.info("hello {password}", password=PASSWORD)
    log.bind(value=Hostile(f"token={TOKEN}"), broken=Hostile(None)).info("objects")
    try:
        failing()
    except RuntimeError as exc:
        log.opt(exception=exc).error("it broke")
        log.exception("again")
        logging.getLogger("asyncio").exception("and again")


@pytest.mark.rule(105)
@pytest.mark.rule(7)
@pytest.mark.parametrize("format", ["json", "pretty"])
def test_inherited_secrets_in_logs(sinks: Sinks, format: str) -> None:
    sinks.open(format, secrets=(APP_KEY,))

    plant()

    written = sinks.stream.getvalue() + sinks.file
    assert written.count(HIDDEN) > len(MESSAGES) * 5
    assert [secret for secret in PLANTED if secret in written] == []


@pytest.mark.rule(105)
@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("mail to ann.lee+x@example.com", "mail to a***@example.com"),
        ("sms to +8613800138000", "sms to +86138****8000"),
        ("mobile 13800138000.", "mobile 138****8000."),
        ("8613800138000", "86138****8000"),
        ("+85251234567 called", "+852****4567 called"),
    ],
)
def test_mobile_and_mail_are_shown_in_part(said: str, shown: str) -> None:
    assert Redactor().text(said) == shown


@pytest.mark.parametrize(
    "harmless",
    [
        "GET /api/v1/users/me 200 3.1 ms",
        "code=sms.refused",
        "[('code', 'sms.refused'), ('status', '502')]",
        "no password, no token",
        "GET /files/100%25%20done",
        "close_code=4403",
        "status code 502",
        "1784012345678 ms",
        "id 0190a5c2-7c3e-7d2b-9b1a-3f6f2f1c9d10",
        "conversation 42 seq 1900000",
        "test_a_long_name_of_a_function_is_not_a_token_of_anybody",
        "/usr/lib/python3.11/site-packages/starlette/routing.py",
    ],
)
def test_what_logs_are_for_stays_readable(harmless: str) -> None:
    assert Redactor().text(harmless) == harmless


def test_codes_that_are_no_secrets_stay(sinks: Sinks) -> None:
    sinks.open()

    bind(code="sms.refused", close_code=4403, status_code=200, code_id="abc").info("x")

    assert sinks.last["code"] == "sms.refused"
    assert (sinks.last["close_code"], sinks.last["status_code"]) == (4403, 200)
    assert sinks.last["code_id"] == "abc"


def test_nothing_is_hidden_where_nothing_is_said(sinks: Sinks) -> None:
    sinks.open()

    bind(password=None, has_password=True).info("x")

    assert sinks.last["password"] is None
    assert sinks.last["has_password"] is True


@given(st.text(max_size=300))
def test_any_text_gives_one_printable_line(text: str) -> None:
    line = Redactor().line(text)

    assert "\n" not in line
    assert "\r" not in line
    line.encode()


@given(st.text(max_size=60))
def test_a_text_that_was_seen_before_reads_as_it_did_the_first_time(text: str) -> None:
    redactor = Redactor(["a-secret-of-the-settings"])
    said = f"{text}a-secret-of-the-settings"

    assert redactor.line(text) == redactor.line(text) == Redactor().line(text)
    assert redactor.line(said) == redactor.line(said)
    assert "a-secret" not in redactor.line(said)


def test_a_long_hostile_text_is_redacted_in_linear_time() -> None:
    redactor = Redactor()
    one, two = (
        ("a" * 8000 + "@") * 2,
        "password" * 2000,
    )

    assert len(redactor.text(one)) <= 20_000
    assert redactor.text(two) == two
    assert redactor.text("x" * 50_000).endswith("(50000 characters)")

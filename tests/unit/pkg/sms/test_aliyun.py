"""The driver against a server that speaks the vendor's answers."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from urllib.parse import parse_qs, urlsplit

import pytest

from pkg.sms import SmsMessage, SmsRefused, SmsUnavailable
from pkg.sms.drivers.aliyun import SENDERS, AliyunAccount, AliyunDriver, number
from tests.vendors import aliyun
from tests.vendors.web import Answer, WebServer, web_server

MESSAGE = SmsMessage("+8613800138000", "login", {"code": "493817"})


@pytest.fixture
async def web(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WebServer]:
    monkeypatch.delenv("HTTP_PROXY", raising=False)
    monkeypatch.delenv("http_proxy", raising=False)
    async with web_server() as server:
        server.answer = aliyun.ok()
        yield server


def driver(web: WebServer, *, timeout: float = 30.0) -> AliyunDriver:
    account = AliyunAccount("the-id", "the-secret", "Parley", {"login": "SMS_1"}, web.host, "http")
    return AliyunDriver(account, timeout=timeout)


def asked(web: WebServer) -> dict[str, str]:
    target = web.requests[0].split(b" ", 2)[1].decode()
    return {name: found[0] for name, found in parse_qs(urlsplit(target).query).items()}


async def test_the_vendor_is_asked_in_its_own_terms(web: WebServer) -> None:
    receipt = await driver(web).send(MESSAGE)

    fields = asked(web)
    assert fields["PhoneNumbers"] == "13800138000"
    assert fields["SignName"] == "Parley"
    assert fields["TemplateCode"] == "SMS_1"
    assert json.loads(fields["TemplateParam"]) == {"code": "493817"}
    assert receipt.driver == "aliyun"


async def test_the_request_is_signed_and_the_secret_stays_here(web: WebServer) -> None:
    await driver(web).send(MESSAGE)

    assert b"ACS3-HMAC-SHA256 Credential=the-id" in web.requests[0]
    assert b"the-secret" not in web.requests[0]


@pytest.mark.parametrize("code", ["isv.MOBILE_NUMBER_ILLEGAL", "isv.TEMPLATE_MISSING_PARAMETERS"])
async def test_a_fault_of_the_number_or_template_is_final(web: WebServer, code: str) -> None:
    web.answer = aliyun.said(code)

    with pytest.raises(SmsRefused, match=code):
        await driver(web).send(MESSAGE)


@pytest.mark.parametrize(
    "answer",
    [
        aliyun.said("isv.AMOUNT_NOT_ENOUGH"),
        aliyun.said("isv.SOMETHING_NEW"),
        aliyun.failed(404, "InvalidAccessKeyId.NotFound"),
        aliyun.failed(500, "InternalError"),
        aliyun.failed(503, "ServiceUnavailable"),
        Answer(body=b"not json"),
        Answer(body=b"[]"),
        Answer(body=b"{}"),
        Answer(status=502, body=b"<html>bad gateway</html>", headers={"content-type": "text/html"}),
        Answer(cut=True),
    ],
)
@pytest.mark.rule(9)
async def test_anything_else_leaves_the_way_open_to_another_driver(
    web: WebServer, answer: Answer
) -> None:
    web.answer = answer

    with pytest.raises(SmsUnavailable):
        await driver(web).send(MESSAGE)


@pytest.mark.parametrize(
    "answer",
    [aliyun.said("isv.BUSINESS_LIMIT_CONTROL"), aliyun.failed(400, "Throttling.User")],
)
async def test_throttling_says_when_to_come_back(web: WebServer, answer: Answer) -> None:
    web.answer = answer

    with pytest.raises(SmsUnavailable) as caught:
        await driver(web).send(MESSAGE)
    assert caught.value.retry_after == 60


async def test_a_failure_is_not_tried_again_inside(web: WebServer) -> None:
    web.answer = aliyun.failed(500, "InternalError")

    with pytest.raises(SmsUnavailable):
        await driver(web).send(MESSAGE)
    assert len(web.requests) == 1


@pytest.mark.rule(9)
async def test_a_vendor_that_hangs_is_left_at_the_deadline(web: WebServer) -> None:
    one = driver(web)
    await one.send(MESSAGE)  # loads the SDK, so that the next deadline meets the vendor alone
    web.answer = Answer(hang=True)
    hasty = driver(web, timeout=0.3)

    with pytest.raises(SmsUnavailable, match="in time"):
        await hasty.send(MESSAGE)


class Held(Mapping[str, str]):
    """Blanks that keep the thread which reads them until the test opens the gate."""

    def __init__(self) -> None:
        self.gate = threading.Event()

    def __iter__(self) -> Iterator[str]:
        self.gate.wait(20)
        return iter(())

    def __len__(self) -> int:
        return 0

    def __getitem__(self, name: str) -> str:
        raise KeyError(name)


@pytest.mark.rule(9)
async def test_waiting_for_a_free_sender_counts_too(web: WebServer) -> None:
    params, hasty = Held(), driver(web, timeout=0.2)
    held = [hasty.send(SmsMessage("+8613800138000", "login", params)) for _ in range(SENDERS)]

    async with asyncio.timeout(10):
        answers = await asyncio.gather(*held, hasty.send(MESSAGE), return_exceptions=True)
    params.gate.set()

    assert [str(answer) for answer in answers] == ["aliyun: no answer in time"] * (SENDERS + 1)
    await asyncio.to_thread(hasty._pool.shutdown)  # or the threads outlive the server
    assert not web.requests


async def test_a_purpose_without_a_template_is_refused_unsent(web: WebServer) -> None:
    with pytest.raises(SmsRefused):
        await driver(web).send(SmsMessage("+8613800138000", "party", {}))
    assert not web.requests


async def test_vendor_text_that_is_no_code_stays_out_of_our_message(web: WebServer) -> None:
    web.answer = aliyun.said("you sent 493817\r\nto 13800138000")

    with pytest.raises(SmsUnavailable) as caught:
        await driver(web).send(MESSAGE)
    assert "493817" not in str(caught.value)


@pytest.mark.rule(7)
async def test_no_line_of_any_library_shows_the_code(
    web: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await driver(web).send(MESSAGE)
    web.answer = aliyun.failed(500, "InternalError")

    with pytest.raises(SmsUnavailable):
        await driver(web).send(MESSAGE)
    assert "493817" not in caplog.text


@pytest.mark.rule(9)
async def test_nothing_is_said_in_clear_unless_a_test_asks_for_it(web: WebServer) -> None:
    account = AliyunAccount("the-id", "the-secret", "Parley", {"login": "SMS_1"}, web.host)

    with pytest.raises(SmsUnavailable):  # this server knows no TLS
        await AliyunDriver(account, timeout=1).send(MESSAGE)
    assert not web.requests


@pytest.mark.rule(105)
def test_the_account_keeps_its_secret_out_of_its_repr() -> None:
    assert "the-secret" not in repr(AliyunAccount("id", "the-secret", "sign", {}))


@pytest.mark.parametrize(
    ("mobile", "spelled"),
    [("+8613800138000", "13800138000"), ("+85251234567", "85251234567")],
)
def test_a_number_is_spelled_as_the_vendor_wants_it(mobile: str, spelled: str) -> None:
    assert number(mobile) == spelled


def test_importing_the_driver_loads_no_vendor() -> None:
    program = (
        "import sys, pkg.sms.drivers.aliyun; "
        "sys.exit(any(n.startswith(('alibabacloud', 'aiohttp')) for n in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

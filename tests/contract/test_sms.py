"""The laws of text messages, over every driver."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from pkg.clock import FakeClock
from pkg.errors import Rejected, Unavailable
from pkg.sms import Receipt, SmsDriver, SmsMessage, SmsRefused, SmsUnavailable
from pkg.sms.drivers.aliyun import AliyunAccount, AliyunDriver
from pkg.sms.drivers.failover import FailoverDriver
from pkg.sms.drivers.fake import FakeDriver
from pkg.sms.drivers.log import LogDriver
from tests.vendors import aliyun
from tests.vendors.web import web_server

MESSAGE = SmsMessage("+8613800138000", "login", {"code": "493817"})


@dataclass(frozen=True, slots=True)
class Case:
    """A driver, and how to make what stands behind it refuse or break."""

    driver: SmsDriver
    refuse: Callable[[], None] = lambda: None
    fail: Callable[[], None] = lambda: None


@asynccontextmanager
async def log_case() -> AsyncIterator[Case]:
    lines: list[str] = []
    yield Case(LogDriver(lines.append))


@asynccontextmanager
async def fake_case() -> AsyncIterator[Case]:
    fake = FakeDriver()
    yield Case(fake, lambda: _set(fake, SmsRefused()), lambda: _set(fake, SmsUnavailable()))


@asynccontextmanager
async def failover_case() -> AsyncIterator[Case]:
    down, fake = FakeDriver(), FakeDriver()
    _set(down, SmsUnavailable())
    driver = FailoverDriver({"a": down, "b": fake}, FakeClock())
    yield Case(driver, lambda: _set(fake, SmsRefused()), lambda: _set(fake, SmsUnavailable()))


@asynccontextmanager
async def aliyun_case() -> AsyncIterator[Case]:
    async with web_server() as web:
        web.answer = aliyun.ok()
        account = AliyunAccount("id", "secret", "Parley", {"login": "SMS_1"}, web.host, "http")

        def refuse() -> None:
            web.answer = aliyun.said("isv.MOBILE_NUMBER_ILLEGAL")

        def fail() -> None:
            web.answer = aliyun.failed(503, "ServiceUnavailable")

        yield Case(AliyunDriver(account, timeout=30), refuse, fail)


def _set(fake: FakeDriver, failure: SmsRefused | SmsUnavailable) -> None:
    fake.failure = failure


CASES = {"log": log_case, "fake": fake_case, "failover": failover_case, "aliyun": aliyun_case}
can_fail = pytest.mark.parametrize("case", [name for name in CASES if name != "log"], indirect=True)


@pytest.fixture(params=CASES)
async def case(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Case]:
    monkeypatch.delenv("HTTP_PROXY", raising=False)  # the vendor's SDK reads both
    monkeypatch.delenv("http_proxy", raising=False)
    async with CASES[request.param]() as made:
        yield made


async def test_a_taken_message_gives_a_receipt_with_an_id(case: Case) -> None:
    receipt = await case.driver.send(MESSAGE)

    assert isinstance(receipt, Receipt)
    assert receipt.driver
    assert receipt.id


@can_fail
@pytest.mark.rule(9)
async def test_a_refusal_is_rejected_and_never_looks_like_an_outage(case: Case) -> None:
    case.refuse()

    with pytest.raises(SmsRefused) as caught:
        await case.driver.send(MESSAGE)
    assert isinstance(caught.value, Rejected)
    assert caught.value.code == "sms.refused"


@can_fail
@pytest.mark.rule(9)
async def test_inherited_send_result_ignored(case: Case) -> None:
    case.fail()

    with pytest.raises(SmsUnavailable) as caught:
        await case.driver.send(MESSAGE)
    assert isinstance(caught.value, Unavailable)
    assert caught.value.code == "sms.unavailable"


@can_fail
@pytest.mark.rule(7)
async def test_no_error_shows_the_code_or_its_cause(case: Case) -> None:
    case.fail()

    with pytest.raises(SmsUnavailable) as caught:
        await case.driver.send(MESSAGE)
    assert "493817" not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_a_message_keeps_its_code_out_of_its_repr() -> None:
    assert "493817" not in repr(MESSAGE)

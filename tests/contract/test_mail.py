"""The laws of mail, over every driver."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from pkg.clock import FakeClock
from pkg.errors import Rejected, Unavailable
from pkg.mail import MailDriver, MailMessage, MailRefused, MailUnavailable, Receipt
from pkg.mail.drivers.failover import FailoverDriver
from pkg.mail.drivers.fake import FakeDriver
from pkg.mail.drivers.log import LogDriver
from pkg.mail.drivers.smtp import SmtpDriver
from tests.vendors.smtp import smtp_server

MESSAGE = MailMessage(
    id="<1@example.com>",
    date=datetime(2026, 1, 1, tzinfo=UTC),
    sender="Parley <parley@example.com>",
    to="ann@example.com",
    subject="Your code",
    locale="en",
    text="493817\n",
    html="<p>493817</p>",
    template="login",
    params={"code": "493817"},
)


@dataclass(frozen=True, slots=True)
class Case:
    """A driver, and how to make what stands behind it refuse or break."""

    driver: MailDriver
    refuse: Callable[[], None] = lambda: None
    fail: Callable[[], None] = lambda: None


@asynccontextmanager
async def log_case() -> AsyncIterator[Case]:
    lines: list[str] = []
    yield Case(LogDriver(lines.append))


@asynccontextmanager
async def fake_case() -> AsyncIterator[Case]:
    fake = FakeDriver()
    yield Case(fake, lambda: _set(fake, MailRefused()), lambda: _set(fake, MailUnavailable()))


@asynccontextmanager
async def failover_case() -> AsyncIterator[Case]:
    down, fake = FakeDriver(), FakeDriver()
    _set(down, MailUnavailable())
    driver = FailoverDriver({"a": down, "b": fake}, FakeClock())
    yield Case(driver, lambda: _set(fake, MailRefused()), lambda: _set(fake, MailUnavailable()))


@asynccontextmanager
async def smtp_case() -> AsyncIterator[Case]:
    async with smtp_server() as vendor:

        def refuse() -> None:
            vendor.to_recipient = "550 no such user 493817"

        def fail() -> None:
            vendor.to_recipient = "451 come back later 493817"

        yield Case(SmtpDriver(vendor.server(), timeout=30), refuse, fail)


def _set(fake: FakeDriver, failure: MailRefused | MailUnavailable) -> None:
    fake.failure = failure


CASES = {"log": log_case, "fake": fake_case, "failover": failover_case, "smtp": smtp_case}
can_fail = pytest.mark.parametrize("case", [name for name in CASES if name != "log"], indirect=True)


@pytest.fixture(params=CASES)
async def case(request: pytest.FixtureRequest) -> AsyncIterator[Case]:
    async with CASES[request.param]() as made:
        yield made


async def test_a_taken_mail_gives_a_receipt_with_its_id(case: Case) -> None:
    receipt = await case.driver.send(MESSAGE)

    assert isinstance(receipt, Receipt)
    assert receipt.driver
    assert receipt.id == "<1@example.com>"


@can_fail
@pytest.mark.rule(9)
async def test_a_refusal_is_rejected_and_never_looks_like_an_outage(case: Case) -> None:
    case.refuse()

    with pytest.raises(MailRefused) as caught:
        await case.driver.send(MESSAGE)
    assert isinstance(caught.value, Rejected)
    assert caught.value.code == "mail.refused"


@can_fail
@pytest.mark.rule(9)
async def test_inherited_send_result_ignored(case: Case) -> None:
    case.fail()

    with pytest.raises(MailUnavailable) as caught:
        await case.driver.send(MESSAGE)
    assert isinstance(caught.value, Unavailable)
    assert caught.value.code == "mail.unavailable"


@can_fail
@pytest.mark.rule(7)
async def test_no_error_shows_the_code_or_its_cause(case: Case) -> None:
    for break_it in (case.refuse, case.fail):
        break_it()

        with pytest.raises((MailRefused, MailUnavailable)) as caught:
            await case.driver.send(MESSAGE)
        assert "493817" not in repr(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.rule(7)
def test_a_mail_keeps_its_code_out_of_its_repr() -> None:
    assert "493817" not in repr(MESSAGE)

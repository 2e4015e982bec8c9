"""One real message, to see whether any arrives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from app.container import Services
from pkg.errors import Rejected
from pkg.mail import Mail
from pkg.mail import Receipt as MailReceipt
from pkg.sms import Receipt as SmsReceipt
from pkg.sms import SmsMessage

TEMPLATE: Final = "login"  # vendors send approved templates only, and this one must be there
CODE: Final = "000000"  # opens nothing: it is stored nowhere


class TestAddress(Rejected):
    """Nothing is ever sent to such an address: its codes are known to all."""

    code = "address.test"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a driver said, and how long it took."""

    driver: str
    id: str  # the provider's own, for asking it later
    seconds: float


async def send_test_mail(services: Services, *, to: str) -> Sent:
    """Sends one mail as any other is sent.

    Raises:
        TestAddress: test hooks stand for that address.
        MailRefused, MailUnavailable: it was not taken.
    """
    _refuse_hooked(services, to)
    when = services.settings.app.in_words(services.clock.now())
    mail = Mail(to, "test", params={"when": when})
    return await _timed(services, lambda: services.mailer.send(mail))


async def send_test_sms(services: Services, *, to: str) -> Sent:
    """Sends one text message; it costs what any other does, and counts into the site's budget.

    Raises:
        TestAddress: test hooks stand for that number.
        LimitExceeded, LimiterUnavailable: the budget is used up, or cannot be counted.
        SmsRefused, SmsUnavailable: it was not taken.
    """
    _refuse_hooked(services, to)
    await services.limiter.take("code_budget", "all")
    minutes = str(services.settings.verifycode.ttl // 60)
    message = SmsMessage(to=to, template=TEMPLATE, params={"code": CODE, "minutes": minutes})
    return await _timed(services, lambda: services.sms.use().send(message))


def _refuse_hooked(services: Services, to: str) -> None:
    if services.codes.is_hooked(to):
        raise TestAddress(f"nothing is ever sent to {to}: AUTH_TEST_HOOKS makes it a test address")


async def _timed(
    services: Services, send: Callable[[], Awaitable[MailReceipt | SmsReceipt]]
) -> Sent:
    began = services.clock.monotonic()
    receipt = await send()
    return Sent(receipt.driver, receipt.id, services.clock.monotonic() - began)

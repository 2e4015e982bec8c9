from __future__ import annotations

from pkg.sms import SmsMessage
from pkg.sms.drivers.log import LogDriver


async def test_the_line_shows_whom_what_and_why() -> None:
    lines: list[str] = []

    await LogDriver(lines.append).send(SmsMessage("+8613800138000", "login", {"code": "493817"}))

    assert lines == ["[sms]  +8613800138000  verify code 493817 (login)"]


async def test_a_message_without_a_code_shows_its_params() -> None:
    lines: list[str] = []

    await LogDriver(lines.append).send(SmsMessage("+8613800138000", "moved", {"b": "2", "a": "1"}))

    assert lines == ["[sms]  +8613800138000  a=1 b=2 (moved)"]


async def test_each_message_has_its_own_id() -> None:
    driver = LogDriver(lambda _: None)
    message = SmsMessage("+8613800138000", "login", {})

    assert (await driver.send(message)).id != (await driver.send(message)).id

"""Text messages for people who have no provider: a line where the developer looks."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from pkg.sms.contract import Receipt, SmsDriver, SmsMessage


class LogDriver(SmsDriver):
    """Hands one readable line, the code in clear, to *write*; production refuses this driver."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._ids = itertools.count(1)

    async def send(self, message: SmsMessage) -> Receipt:
        self._write(line(message))
        return Receipt("log", str(next(self._ids)))


def line(message: SmsMessage) -> str:
    """Answers what the developer reads: ``[sms]  +86138..  verify code 123456 (login)``."""
    code = message.params.get("code")
    words = f"verify code {code}" if code else " ".join(f"{k}={v}" for k, v in _sorted(message))
    return f"[sms]  {message.to}  {words} ({message.template})"


def _sorted(message: SmsMessage) -> list[tuple[str, str]]:
    return sorted(message.params.items())

"""The driver for tests: it remembers, and fails on demand."""

from __future__ import annotations

from pkg.errors import Error
from pkg.sms.contract import Receipt, SmsDriver, SmsMessage


class FakeDriver(SmsDriver):
    """Keeps what it was given in ``sent``; raises ``failure`` while one is set."""

    def __init__(self) -> None:
        self.sent: list[SmsMessage] = []
        self.failure: Error | None = None

    async def send(self, message: SmsMessage) -> Receipt:
        if self.failure is not None:
            raise self.failure
        self.sent.append(message)
        return Receipt("fake", str(len(self.sent)))

"""The driver for tests: it remembers, and fails on demand."""

from __future__ import annotations

from pkg.errors import Error
from pkg.mail.contract import MailDriver, MailMessage, Receipt


class FakeDriver(MailDriver):
    """Keeps what it was given in ``sent``; raises ``failure`` while one is set."""

    def __init__(self) -> None:
        self.sent: list[MailMessage] = []
        self.failure: Error | None = None

    async def send(self, message: MailMessage) -> Receipt:
        if self.failure is not None:
            raise self.failure
        self.sent.append(message)
        return Receipt("fake", message.id)

"""Mail for people who have no server: a line where the developer looks."""

from __future__ import annotations

from collections.abc import Callable

from pkg.mail.contract import MailDriver, MailMessage, Receipt


class LogDriver(MailDriver):
    """Hands one readable line, the code in clear, to *write*; production refuses this driver."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    async def send(self, message: MailMessage) -> Receipt:
        self._write(line(message))
        return Receipt("log", message.id)


def line(message: MailMessage) -> str:
    """Answers what the developer reads: ``[mail] ann@example.com  verify code 123456 (login)``."""
    code = message.params.get("code")
    words = f"verify code {code}" if code else message.subject
    return f"[mail] {message.to}  {words} ({message.template})"

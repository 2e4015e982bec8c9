"""A mail server on loopback: what the application hands in over SMTP arrives here."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

CODE = re.compile(r"^\s*([0-9]{6})\s*$", re.MULTILINE)


class Mailbox:
    """Takes all mail and hands it out in the order it came."""

    def __init__(self) -> None:
        self.port = 0
        self._mail: asyncio.Queue[EmailMessage] = asyncio.Queue()

    @property
    def url(self) -> str:
        """What MAIL_URL has to be."""
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    async def handle_DATA(  # noqa: N802  aiosmtpd's name for it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        self._mail.put_nowait(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"

    async def next(self) -> EmailMessage:
        """Waits for the next mail."""
        async with asyncio.timeout(10):
            return await self._mail.get()

    async def code(self, to: str) -> str:
        """Answers the code in the next mail, which has to be for *to*."""
        mail = await self.next()
        text = mail.get_body(("plain",))
        assert mail["To"] == to
        assert text is not None
        found = CODE.search(text.get_content())
        assert found, text.get_content()
        return found[1]


@asynccontextmanager
async def mail_server() -> AsyncIterator[Mailbox]:
    """Runs one on a free port."""
    box, loop = Mailbox(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, loop=loop), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        await server.wait_closed()

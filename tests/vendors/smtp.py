"""A real SMTP server on loopback that takes, refuses or hangs as a test tells it to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from pkg.mail.config import SmtpServer, Tls


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail as it arrived: whose, for whom, and its bytes."""

    sender: str
    to: tuple[str, ...]
    raw: bytes
    user: str  # who logged in, or nobody
    encrypted: bool

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)


@dataclass(slots=True)
class SmtpVendor:
    """Keeps what it took; says ``to_recipient`` and ``to_content`` where a test set them."""

    tls: Tls = "none"
    port: int = 0
    user: str = ""
    password: str = ""
    to_recipient: str = "250 OK"
    to_content: str = "250 OK"
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    most_at_once: int = 0
    hang: bool = False  # says nothing to a recipient until the test ends
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _now: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def reached(self, number: int) -> None:
        """Waits until *number* mails have been at their recipient at one time."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.most_at_once >= number)

    def server(self, *, ca: str = "", user: str = "", password: str = "") -> SmtpServer:
        """Answers what a driver needs to know of it."""
        return SmtpServer("127.0.0.1", self.port, self.tls, user, password, ca)

    # aiosmtpd finds these by name.
    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, to: str, _options: list[str]
    ) -> str:
        self._now += 1
        async with self._changed:
            self.most_at_once = max(self.most_at_once, self._now)
            self._changed.notify_all()
        if self.hang:
            await self.over.wait()
        await asyncio.sleep(0)
        self._now -= 1
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(to)
        return self.to_recipient

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.to_content.startswith("250"):
            assert isinstance(envelope.content, bytes)
            user = session.auth_data.login.decode() if session.auth_data else ""
            self.taken.append(
                Taken(
                    envelope.mail_from or "",
                    tuple(envelope.rcpt_tos),
                    envelope.content,
                    user,
                    encrypted=session.ssl is not None or self.tls == "implicit",
                )
            )
        return self.to_content

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _kind: str, data: Any
    ) -> AuthResult:
        asked = LoginPassword(self.user.encode(), self.password.encode())
        return AuthResult(success=data == asked, handled=False, auth_data=data)


@asynccontextmanager
async def smtp_server(
    tls: Tls = "none",
    context: ssl.SSLContext | None = None,
    *,
    login: tuple[str, str] = ("", ""),
    utf8: bool = True,
) -> AsyncIterator[SmtpVendor]:
    """Runs one on a free port of loopback; *context* is its certificate."""
    vendor, loop = SmtpVendor(tls, user=login[0], password=login[1]), asyncio.get_running_loop()
    protocols: list[SMTP] = []

    def protocol() -> SMTP:
        vendor.connections += 1
        protocols.append(
            SMTP(
                vendor,
                hostname="mail.example.com",
                enable_SMTPUTF8=utf8,
                tls_context=context if tls == "starttls" else None,
                require_starttls=tls == "starttls",
                authenticator=vendor.authenticate if login[0] else None,
                auth_required=bool(login[0]) and tls == "starttls",
                auth_require_tls=tls == "starttls",
                loop=loop,
            )
        )
        return protocols[-1]

    server = await loop.create_server(
        protocol, "127.0.0.1", 0, ssl=context if tls == "implicit" else None
    )
    vendor.port = server.sockets[0].getsockname()[1]
    try:
        yield vendor
    finally:
        vendor.over.set()
        server.close()
        await asyncio.sleep(0)  # who has just connected gets a task
        tasks = [one._handler_coroutine for one in protocols if one._handler_coroutine]
        done, late = await asyncio.wait(tasks, timeout=5) if tasks else (set(), set())
        for one in protocols:
            if isinstance(one.transport, asyncio.Transport):
                one.transport.abort()
        for task in late:
            task.cancel()
        await asyncio.gather(*done, *late, return_exceptions=True)

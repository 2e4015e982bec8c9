"""Mail over SMTP."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from email.message import EmailMessage
from functools import cached_property

import aiosmtplib

from pkg.mail.config import SmtpServer
from pkg.mail.contract import MailDriver, MailMessage, MailRefused, MailUnavailable, Receipt
from pkg.mail.mime import build

AT_ONCE = 8  # connections: a burst of mail must not look like an attack to the server


class SmtpDriver(MailDriver):
    """Opens a connection a mail (a kept one saves 1 ms and may be dead) and checks certificates.

    A mail is taken or not within *timeout* seconds, waiting for a free connection included.
    """

    def __init__(self, server: SmtpServer, *, timeout: float = 10.0) -> None:
        self._server = server
        self._timeout = timeout
        self._free = asyncio.Semaphore(AT_ONCE)

    async def send(self, message: MailMessage) -> Receipt:
        mime = build(message)
        # `from None` below: a server's words may quote the mail, and they are not ours to log.
        try:
            async with asyncio.timeout(self._timeout), self._free:
                client = await self._client(message)
                await _hand_in(client, mime)
        except aiosmtplib.SMTPRecipientsRefused as exc:
            raise _answered("recipient", exc.recipients[0].code) from None
        except aiosmtplib.SMTPDataError as exc:
            raise _answered("content", exc.code) from None
        except aiosmtplib.SMTPNotSupported:
            raise MailRefused("smtp: the server knows no such address") from None  # SMTPUTF8
        except (aiosmtplib.SMTPException, OSError) as exc:  # TimeoutError and TLS are OSErrors
            raise MailUnavailable(f"smtp: {type(exc).__name__}") from None
        await _leave(client)
        return Receipt("smtp", message.id)

    async def _client(self, message: MailMessage) -> aiosmtplib.SMTP:
        server = self._server
        tls = server.tls != "none"
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            # Its own default asks the DNS, on the loop.
            local_hostname=message.id.rpartition("@")[2].rstrip(">"),
            timeout=self._timeout,
            use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls",
            tls_context=await asyncio.to_thread(lambda: self._trust) if tls else None,
        )

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.ca or None)  # reads files: 20 ms


async def _hand_in(client: aiosmtplib.SMTP, mime: EmailMessage) -> None:
    try:
        await client.connect()
        await client.send_message(mime)
    except BaseException:  # a cancelled caller's connection too
        client.close()
        raise


async def _leave(client: aiosmtplib.SMTP) -> None:
    # The mail is taken: a server that will not say goodbye must not make it look unsent.
    try:
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await client.quit(timeout=1)
    finally:
        client.close()


def _answered(what: str, code: int) -> MailRefused | MailUnavailable:
    kind = MailRefused if code >= 500 else MailUnavailable
    return kind(f"smtp: {what} refused with {code}")

"""The face: a name, a language and an address become a mail on its way."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from email.utils import parseaddr
from functools import cached_property
from typing import TYPE_CHECKING

from pkg.clock import Clock
from pkg.mail.contract import Mail, MailDriver, MailMessage, Receipt
from pkg.mail.mime import domain_of
from pkg.manager import Manager

if TYPE_CHECKING:  # jinja2 is 40 ms, and nobody needs it to name the type
    from pkg.mail.templates import Templates


class Mailer:
    """Writes mail and hands it to the default driver of *drivers*.

    *templates* makes what it is written from, for the first mail: jinja2 is 40 ms and 2 MB. Tests
    put a fake in with ``mailer.drivers.swap(..)``.
    """

    def __init__(
        self,
        drivers: Manager[MailDriver],
        templates: Callable[[], Templates],
        *,
        sender: str,
        clock: Clock,
    ) -> None:
        self.drivers = drivers
        self._make_templates = templates
        self._sender = sender
        self._clock = clock
        self._domain = domain_of(parseaddr(sender)[1].rpartition("@")[2])

    @cached_property
    def _templates(self) -> Templates:
        return self._make_templates()

    async def send(self, mail: Mail) -> Receipt:
        """Writes *mail* out and sends it, within the driver's time-out.

        Raises:
            MailRefused: no such template, an impossible address, or the server's final no.
            MailUnavailable: no server took it; it may work later.
        """
        return await self.drivers.use().send(self.write(mail))

    def write(self, mail: Mail) -> MailMessage:
        """Answers *mail* written out, with an id and a date of its own.

        Raises:
            MailRefused: no such template, or an impossible address.
        """
        words = self._templates.render(mail.template, mail.locale, mail.params)
        return MailMessage(
            id=f"<{secrets.token_hex(16)}@{self._domain}>",
            date=self._clock.now(),
            sender=self._sender,
            to=mail.to,
            subject=words.subject,
            locale=words.locale,
            text=words.text,
            html=words.html,
            template=mail.template,
            params=mail.params,
        )

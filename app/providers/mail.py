"""Who sends mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from config.settings import Settings
from pkg.app import Paths
from pkg.clock import Clock
from pkg.mail import MailConfig, MailDriver, Mailer, SmtpServer
from pkg.mail.drivers.failover import FailoverDriver
from pkg.mail.drivers.log import LogDriver
from pkg.manager import Manager

if TYPE_CHECKING:
    from pkg.mail.templates import Templates


def open_mailer(settings: Settings, clock: Clock, write: Callable[[str], None]) -> Mailer:
    """Answers what writes mails and hands them on. *write* is for whoever has no server."""

    def templates() -> Templates:
        from pkg.mail.templates import Templates  # noqa: PLC0415  jinja2: 40 ms

        folder = Paths(settings.root).resources / "mail"
        shared = {"app": settings.app.name, "url": settings.app.url}
        return Templates(folder, shared=shared)

    def default() -> MailDriver:
        return _driver(settings.mail, clock, write)

    drivers = Manager({"default": default}, default="default")
    return Mailer(drivers, templates, sender=settings.mail.sender, clock=clock)


def _driver(config: MailConfig, clock: Clock, write: Callable[[str], None]) -> MailDriver:
    """The one server, or several of which the next is asked when one is down."""

    def at(server: SmtpServer | None) -> MailDriver:
        if server is None:
            return LogDriver(write)
        from pkg.mail.drivers.smtp import SmtpDriver  # noqa: PLC0415  vendor: 50 ms

        return SmtpDriver(server, timeout=config.timeout)

    drivers = {f"{n}": at(server) for n, server in enumerate(config.servers)}
    return drivers["0"] if len(drivers) == 1 else FailoverDriver(drivers, clock)

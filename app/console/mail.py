"""mail:test."""

from __future__ import annotations

import asyncio
from typing import Final

import click

from app.actions.admin.send_test import Sent, send_test_mail
from app.console.faults import refuse
from app.container import open_services
from app.kernel import Kernel
from app.requests.operators import TryMail
from pkg.console import Stop, ok
from pkg.mail import MailRefused, MailUnavailable
from pkg.validation import Invalid, parse

# What a driver's words point at. The nearest comes first, and the last is for all others.
WHERE: Final = (
    ("Authentication", "the user and the password in MAIL_URL"),
    ("SSL", "?tls= and &ca= in MAIL_URL: the server's certificate or its port is another one"),
    ("recipient", "the address, and whether the server relays for the one in MAIL_FROM"),
    ("Sender", "MAIL_FROM: the server does not send for that address"),
    ("content", "the server's own rules about content"),
    ("", "host and port in MAIL_URL, and whether this machine may go out there; MAIL_TIMEOUT"),
)


@click.command("mail:test")
@click.argument("to")
@click.pass_obj
def mail_test(kernel: Kernel, to: str) -> None:
    """Sends one real mail to TO the way any other goes, and tells what the server said."""
    try:
        sent = asyncio.run(_send(kernel, to))
    except (MailRefused, MailUnavailable) as exc:
        look = next(where for word, where in WHERE if word in str(exc))
        raise Stop(f"{exc}. Look at {look}") from exc
    ok(f"{sent.driver} took the mail to {to} in {sent.seconds:.2f} s: {sent.id}")
    if sent.driver == "log":
        click.echo("  MAIL_URL is log://: it stands in storage/logs/outbox.log, and went nowhere")


async def _send(kernel: Kernel, to: str) -> Sent:
    async with open_services(kernel.settings) as services:
        try:
            form = parse(TryMail, {"to": to})
        except Invalid as exc:
            refuse(services, exc)
        return await send_test_mail(services, to=form.to)

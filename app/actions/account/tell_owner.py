"""Word to an account's owner about something that may not have been them."""

from __future__ import annotations

from app.container import Services
from app.models import User
from pkg.errors import Error
from pkg.logger import log
from pkg.mail import Mail
from pkg.session import Device


async def tell_owner(
    services: Services,
    user: User,
    *,
    template: str,
    device: Device,
    **params: str,
) -> None:
    """Mails the owner at the address *user* holds; what they did stands, sent or not."""
    address = user.email
    if address is None or services.codes.is_hooked(address):
        return
    when = services.settings.app.in_words(services.clock.now())
    facts = {"when": when, "ip": device.ip, "device": device.name} | params
    known = {name: value for name, value in facts.items() if value}
    try:
        mail = Mail(address, template, locale=user.locale or "en", params=known)
        await services.mailer.send(mail)
    except Error as exc:
        log.warning("the owner could not be told: {code}", code=exc.code, user=user.id)

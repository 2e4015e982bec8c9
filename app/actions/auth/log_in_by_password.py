"""In with a name, a mobile or an e-mail, and a password."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field

from app.actions.auth.audit import record
from app.actions.auth.open_session import LoggedIn, open_session
from app.actions.verify.solve_captcha import solve_captcha
from app.container import Services
from app.errors import LoginRefused, SchemeOff
from app.models import User, key_of
from app.policies.user import can_sign_in
from pkg.cache import CacheUnavailable
from pkg.session import Device, Kind

COUNTED = 900  # seconds in which failures of one login are remembered


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed; *login* in the spelling it is stored in."""

    login: str
    password: str = field(repr=False)
    captcha_id: str | None = None
    captcha_answer: str | None = field(default=None, repr=False)

    @property
    def key(self) -> str:
        """What failures are counted by: one for all spellings, and unreadable in a log."""
        return hashlib.sha256(key_of(self.login).encode("utf-8", "surrogatepass")).hexdigest()[:32]


async def log_in_by_password(
    services: Services, credentials: Credentials, *, device: Device, kind: Kind
) -> LoggedIn:
    """Checks a password and opens a session.

    An unknown login, a wrong password and a closed account are one answer and take one time: a
    hash is checked in every case. The attempt is reserved before it is checked, and given back
    when it was right.

    Raises:
        SchemeOff: nobody signs in by password here.
        LimitExceeded: too many wrong passwords for this login.
        CaptchaRequired, CaptchaWrong: after failures a captcha has to be solved.
        LoginRefused: it is wrong, whatever of it.
        HashingBusy: too many passwords are waiting to be checked.
    """
    if "password" not in services.settings.auth.schemes:
        raise SchemeOff
    await services.limiter.take("login_account", credentials.key)
    await services.limiter.take("login_budget", "all")
    await _captcha(services, credentials)
    user = await User.by_login(credentials.login)
    checked = await services.hasher.verify(credentials.password, user.password if user else None)
    if user is None or not checked.ok or not can_sign_in(user, services.clock.now()):
        await _failed(services, credentials, user, device)
        raise LoginRefused
    await services.limiter.refund("login_account", credentials.key)
    await services.limiter.refund("login_budget", "all")
    if checked.upgraded:
        await _upgrade(user, checked.upgraded)
    return await open_session(services, user, scheme="password", device=device, kind=kind)


async def _upgrade(user: User, hashed: str) -> None:
    """Puts *hashed* in place of the hash it was made from, not of one that came meanwhile."""
    if await User.filter(id=user.id, password=user.password).update(password=hashed):
        user.password = hashed


async def _captcha(services: Services, credentials: Credentials) -> None:
    allowed = services.settings.auth.captcha_after
    try:
        seen = await services.one_time.get(f"failures:{credentials.key}")
    except CacheUnavailable:
        return  # nor could a captcha be solved now; the limits above still count, on this node
    if seen is not None and int(seen) >= allowed:
        await solve_captcha(services, id=credentials.captcha_id, answer=credentials.captcha_answer)


async def _failed(
    services: Services, credentials: Credentials, user: User | None, device: Device
) -> None:
    with suppress(CacheUnavailable):
        await services.one_time.increment(f"failures:{credentials.key}", ttl=COUNTED)
    user_id = user.id if user else None
    await record(services, "login.refused", user_id=user_id, device=device, scheme="password")

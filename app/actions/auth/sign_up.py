"""A new account for whoever holds a code."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from app.actions.account.create_user import NewUser, create_user
from app.actions.auth.audit import record
from app.actions.auth.open_session import LoggedIn, open_session
from app.actions.verify.code_shown import CodeShown
from app.container import Services
from app.errors import SignupClosed
from app.models import User
from pkg.session import Device, Kind
from pkg.validation import refuse_hinted


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who wants an account, and the code that proves their address."""

    shown: CodeShown
    name: str
    password: str = field(repr=False)
    locale: str = ""


async def sign_up(
    services: Services, applicant: Applicant, *, device: Device, kind: Kind
) -> LoggedIn:
    """Makes an account and signs it in.

    A name that is taken is told before the code is spent, so that another one can be tried with
    it; only whoever was sent the code gets to hear it.

    Raises:
        SignupClosed: no new accounts are made here.
        Invalid: the password is little more than the name or the address.
        WrongCode, TooManyTries: the code does not prove the address.
        NameTaken, MobileTaken, EmailTaken: another account has it.
    """
    if not services.settings.auth.signup:
        raise SignupClosed
    shown = applicant.shown
    refuse_hinted(applicant.password, [applicant.name, shown.target])
    proof = (shown.code_id, "signup", shown.target, shown.code)
    await services.codes.check(*proof)
    hashed = await services.hasher.make(applicant.password)
    wanted = replace(
        NewUser.at(shown.target), name=applicant.name, hashed=hashed, locale=applicant.locale
    )
    await wanted.refuse_taken_name()
    await services.codes.redeem(*proof)
    async with services.database.transaction():
        user: User = await create_user(services, wanted)
        await record(services, "user.created", user_id=user.id, device=device)
    return await open_session(services, user, scheme=shown.kind, device=device, kind=kind)

"""A new account for whoever holds a code."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.actions.account.create_user import NewUser, create_user
from app.actions.auth.audit import record
from app.actions.auth.opened import LoggedIn, opened
from app.container import Services
from app.errors import SignupClosed
from app.models import User
from pkg.session import Device, Kind
from pkg.validation import refuse_hinted


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who wants an account: *target* is the E.164 mobile or canonical e-mail the code went to."""

    target: str
    code_id: str
    code: str = field(repr=False)
    name: str
    password: str = field(repr=False)
    locale: str = ""

    @property
    def is_mail(self) -> bool:
        return "@" in self.target


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
    refuse_hinted(applicant.password, [applicant.name, applicant.target])
    proof = (applicant.code_id, "signup", applicant.target)
    await services.codes.check(*proof, applicant.code)
    hashed = await services.hasher.make(applicant.password)
    wanted = NewUser(
        name=applicant.name,
        hashed=hashed,
        mobile=None if applicant.is_mail else applicant.target,
        email=applicant.target if applicant.is_mail else None,
        locale=applicant.locale,
    )
    await wanted.refuse_taken_name()
    await services.codes.redeem(*proof, applicant.code)
    async with services.database.transaction():
        user: User = await create_user(services, wanted)
        await record(services, "user.created", user_id=user.id, device=device)
    scheme = "email" if applicant.is_mail else "mobile"
    return await opened(services, user, scheme=scheme, device=device, kind=kind)

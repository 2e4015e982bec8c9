"""A row in `users`, whoever asks for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from app.container import Services
from app.errors import Conflict, EmailTaken, MobileTaken, NameTaken
from app.models import User, key_of
from pkg.database import Duplicate


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to be; *hashed* is the password's hash. What is absent is null in the table."""

    name: str | None = None
    hashed: str | None = field(default=None, repr=False)
    mobile: str | None = None
    email: str | None = None
    locale: str = ""
    is_admin: bool = False

    @classmethod
    def at(cls, address: str) -> Self:
        """Answers an account to be of which only the address is known, a mobile or an e-mail."""
        return cls(email=address) if "@" in address else cls(mobile=address)

    async def refuse_taken_name(self) -> None:
        """Says early that the name is taken; the unique key decides, this is for people's sake.

        Raises:
            NameTaken: another account has it.
        """
        if self.name is not None and await User.by_name(self.name) is not None:
            raise NameTaken


async def create_user(services: Services, wanted: NewUser) -> User:
    """Makes the account; addresses given count as verified, since a code or an operator says so.

    Raises:
        NameTaken, MobileTaken, EmailTaken: the unique key says so, whoever was first.
    """
    now = services.clock.now()
    user = User(
        name=wanted.name,
        name_key=key_of(wanted.name) if wanted.name else None,
        password=wanted.hashed,
        mobile=wanted.mobile,
        mobile_verified_at=now if wanted.mobile else None,
        email=wanted.email,
        email_verified_at=now if wanted.email else None,
        locale=wanted.locale,
        is_admin=wanted.is_admin,
    )
    try:
        await user.save(force_create=True)
    except Duplicate as exc:
        raise taken(exc) from exc
    return user


def taken(exc: Duplicate) -> Conflict:
    """Answers which of an account's unique values another one has."""
    if exc.on("users", "name_key"):
        return NameTaken()
    return MobileTaken() if exc.on("users", "mobile") else EmailTaken()

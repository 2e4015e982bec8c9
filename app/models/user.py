"""Accounts."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from app.models.base import Base

KEY, MOBILE, EMAIL = 190, 16, 254  # the columns' lengths: what is longer is nobody's


class User(Base):
    """An account. Name, mobile, email are unique where set: an absent one is null, not ''."""

    name = fields.CharField(max_length=64, null=True)  # as typed
    name_key = fields.CharField(max_length=KEY, null=True, unique=True)  # see key_of
    password = fields.CharField(max_length=255, null=True)  # PHC string; null: no password login
    mobile = fields.CharField(max_length=MOBILE, null=True, unique=True)  # E.164
    mobile_verified_at = fields.DatetimeField(null=True)
    email = fields.CharField(max_length=EMAIL, null=True, unique=True)  # lower case, A-label domain
    email_verified_at = fields.DatetimeField(null=True)
    nickname = fields.CharField(max_length=64, default="")
    gender = fields.CharField(max_length=8, default="unknown")  # unknown, male, female
    type: int = fields.SmallIntField(default=0)  # 0 normal, 1 vip
    exp: int = fields.BigIntField(default=0)
    birthday = fields.DateField(null=True)
    avatar = fields.CharField(max_length=255, default="")
    locale = fields.CharField(max_length=16, default="")  # "": as the client asks
    is_admin = fields.BooleanField(default=False)
    login_at = fields.DatetimeField(null=True)
    disabled_at = fields.DatetimeField(null=True)
    disabled_until = fields.DatetimeField(null=True)  # null: once it is disabled, for ever

    class Meta:
        table = "users"

    def is_open(self, now: datetime) -> bool:
        """Tells whether the account may be used: it is not disabled, or was only until *now*."""
        is_over = self.disabled_until is not None and self.disabled_until <= now
        return self.disabled_at is None or is_over

    @classmethod
    def open(cls, now: datetime) -> QuerySet[User]:
        """Finds the accounts that `is_open` says yes of."""
        return cls.filter(Q(disabled_at=None) | Q(disabled_until__lte=now))

    @classmethod
    async def by_name(cls, name: str) -> User | None:
        """Finds whoever holds *name*, in whatever spelling."""
        return await cls._by("name_key", key_of(name), KEY)

    @classmethod
    async def by_login(cls, login: str) -> User | None:
        """Finds whoever signs in by *login*: a name, or an address in its canonical form."""
        is_address = "@" in login or login.startswith("+")
        return await (cls.by_address(login) if is_address else cls.by_name(login))

    @classmethod
    async def by_address(cls, address: str) -> User | None:
        """Finds the holder of *address*, a mobile as E.164 or an e-mail in its canonical form."""
        return await (cls.by_email(address) if "@" in address else cls.by_mobile(address))

    @classmethod
    async def by_mobile(cls, mobile: str) -> User | None:
        """Finds the holder of *mobile*, given as E.164."""
        return await cls._by("mobile", mobile, MOBILE)

    @classmethod
    async def by_email(cls, email: str) -> User | None:
        """Finds the holder of *email*, given in its canonical form."""
        return await cls._by("email", email, EMAIL)

    @classmethod
    async def _by(cls, field: str, value: str, most: int) -> User | None:
        # Who signs in may type anything, and Tortoise raises over a value too long for its column.
        return await cls.get_or_none(Q(**{field: value})) if len(value) <= most else None


def key_of(name: str) -> str:
    """Answers the form in which names are unique: NFKC, case-folded.

    Folding can undo NFKC, so it is done twice. Source: Unicode 3.13, D146.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", folded).casefold()

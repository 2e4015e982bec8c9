"""What operators type."""

from __future__ import annotations

from pydantic import BaseModel, Field

from pkg.validation import Email, Identifier, Mobile, Password


class Whom(BaseModel, frozen=True, extra="forbid"):
    """Somebody by what they sign in by."""

    user: Identifier


class GivePassword(BaseModel, frozen=True, extra="forbid"):
    """The form of `user:password`."""

    password: Password = Field(repr=False)


class TryMail(BaseModel, frozen=True, extra="forbid"):
    """The form of `mail:test`."""

    to: Email


class TrySms(BaseModel, frozen=True, extra="forbid"):
    """The form of `sms:test`."""

    to: Mobile

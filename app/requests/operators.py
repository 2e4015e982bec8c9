"""What operators type."""

from __future__ import annotations

from pydantic import BaseModel, Field

from pkg.validation import Identifier, Password


class Whom(BaseModel, frozen=True, extra="forbid"):
    """Somebody by what they sign in by."""

    user: Identifier


class GivePassword(BaseModel, frozen=True, extra="forbid"):
    """The form of `user:password`."""

    password: Password = Field(repr=False)

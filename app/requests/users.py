"""Forms of accounts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from pkg.paginator import Sort
from pkg.validation import (
    Birthday,
    CodeId,
    Email,
    GivenPassword,
    Id,
    Limit,
    Locale,
    Mobile,
    Name,
    Nickname,
    PageNumber,
    Password,
    Text,
    VerifyCode,
)


class ChangeProfile(BaseModel, frozen=True, extra="forbid"):
    """The form of `PATCH /users/me`: what is absent stays; a null birthday is taken out."""

    name: Name | None = None
    nickname: Nickname | None = None
    gender: Literal["unknown", "male", "female"] | None = None
    birthday: Birthday | None = None
    locale: Locale | None = None

    def changes(self) -> dict[str, str | date | None]:
        """Answers what was sent, by field; only a birthday may be null."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        return {k: v for k, v in sent.items() if v is not None or k == "birthday"}


class ChangePassword(BaseModel, frozen=True, extra="forbid"):
    """The form of `PUT /users/me/password`; who has no password yet leaves the old one out."""

    password: GivenPassword | None = Field(default=None, repr=False)
    new_password: Password = Field(repr=False)


class ChangeEmail(BaseModel, frozen=True, extra="forbid"):
    """The form of `PUT /users/me/email`; the code was sent to the new address."""

    email: Email
    code_id: CodeId
    verify_code: VerifyCode = Field(repr=False)


class ChangeMobile(BaseModel, frozen=True, extra="forbid"):
    """The form of `PUT /users/me/mobile`; the code was sent to the new number."""

    mobile: Mobile
    code_id: CodeId
    verify_code: VerifyCode = Field(repr=False)


class OneUser(BaseModel, frozen=True, extra="forbid"):
    """The form of `GET /users/{id}`."""

    id: Id


class ListUsers(BaseModel, frozen=True, extra="forbid", validate_by_name=True):
    """The query of `GET /users`."""

    page: PageNumber = 1
    per_page: Limit = 30
    sort: Annotated[str, Sort("id", "name", "created_at")] = "name"
    name: Annotated[str, Text(64, min=0)] = Field(default="", validation_alias="filter[name]")

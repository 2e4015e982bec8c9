"""Forms of signing in, staying in and going out."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from pkg.validation import (
    CaptchaAnswer,
    CaptchaId,
    CodeId,
    DeviceName,
    Email,
    GivenPassword,
    Id,
    Identifier,
    Mobile,
    Password,
    Text,
    VerifyCode,
    fault,
)

RefreshToken = Annotated[str, Text(2048)]


class LoginByPassword(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /auth/login/password`; the captcha is asked for after failures."""

    login: Identifier  # a name, a mobile or an e-mail
    password: GivenPassword = Field(repr=False)
    captcha_id: CaptchaId | None = None
    captcha_answer: CaptchaAnswer | None = Field(default=None, repr=False)
    device_name: DeviceName = ""


class LoginByMobile(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /auth/login/mobile`."""

    mobile: Mobile
    code_id: CodeId
    verify_code: VerifyCode = Field(repr=False)
    device_name: DeviceName = ""


class LoginByEmail(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /auth/login/email`."""

    email: Email
    code_id: CodeId
    verify_code: VerifyCode = Field(repr=False)
    device_name: DeviceName = ""


class Refresh(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /auth/refresh`; a browser sends its cookie instead."""

    refresh_token: RefreshToken | None = Field(default=None, repr=False)


class Logout(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /auth/logout`: this session, or all of them."""

    all: bool = False


class OneSession(BaseModel, frozen=True, extra="forbid"):
    """The form of `DELETE /auth/sessions/{id}`."""

    id: Id


class Confirm(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /auth/confirm`: the password, or a code sent to one's own address."""

    password: GivenPassword | None = Field(default=None, repr=False)
    code_id: CodeId | None = None
    verify_code: VerifyCode | None = Field(default=None, repr=False)

    @model_validator(mode="after")
    def _one(self) -> Confirm:
        by_code = self.code_id is not None and self.verify_code is not None
        if by_code == (self.password is not None):
            raise fault("one_of")
        return self


class ResetByMobile(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /auth/password-reset/mobile`."""

    mobile: Mobile
    code_id: CodeId
    verify_code: VerifyCode = Field(repr=False)
    password: Password = Field(repr=False)


class ResetByEmail(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /auth/password-reset/email`."""

    email: Email
    code_id: CodeId
    verify_code: VerifyCode = Field(repr=False)
    password: Password = Field(repr=False)

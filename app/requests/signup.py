"""Forms of making an account."""

from __future__ import annotations

from pydantic import BaseModel, Field, model_validator

from pkg.validation import (
    CaptchaAnswer,
    CaptchaId,
    CodeId,
    DeviceName,
    Email,
    Mobile,
    Name,
    Password,
    VerifyCode,
    fault,
)


class SignUpByMobile(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /auth/signup/mobile`."""

    mobile: Mobile
    code_id: CodeId
    verify_code: VerifyCode = Field(repr=False)
    name: Name
    password: Password = Field(repr=False)
    device_name: DeviceName = ""


class SignUpByEmail(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /auth/signup/email`."""

    email: Email
    code_id: CodeId
    verify_code: VerifyCode = Field(repr=False)
    name: Name
    password: Password = Field(repr=False)
    device_name: DeviceName = ""


class Exist(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /auth/signup/exist`: one of mobile and e-mail."""

    mobile: Mobile | None = None
    email: Email | None = None
    captcha_id: CaptchaId
    captcha_answer: CaptchaAnswer = Field(repr=False)

    @model_validator(mode="after")
    def _one(self) -> Exist:
        if (self.mobile is None) == (self.email is None):
            raise fault("one_of")
        return self

    @property
    def target(self) -> str:
        """The one that was given."""
        return self.mobile or self.email or ""

"""Forms of captchas and one-time codes."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from pkg.validation import CaptchaAnswer, CaptchaId, CodeId, Email, Mobile

Purpose = Literal["login", "signup", "reset", "bind", "confirm"]


class NewCaptcha(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /auth/captcha`."""

    kind: Literal["digits", "math"] = "digits"


class SendMobileCode(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /auth/verify-codes/mobile`; `code_id` asks for another of the same flow."""

    mobile: Mobile
    captcha_id: CaptchaId
    captcha_answer: CaptchaAnswer = Field(repr=False)
    purpose: Purpose
    code_id: CodeId | None = None


class SendEmailCode(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /auth/verify-codes/email`; `code_id` asks for another of the same flow."""

    email: Email
    captcha_id: CaptchaId
    captcha_answer: CaptchaAnswer = Field(repr=False)
    purpose: Purpose
    code_id: CodeId | None = None

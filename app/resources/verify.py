"""What asking for a captcha or a code answers."""

from __future__ import annotations

import base64

from typing_extensions import TypedDict

from pkg.captcha import Issued as IssuedCaptcha
from pkg.verifycode import Issued as IssuedCode


class CaptchaCard(TypedDict):
    """A puzzle; `image` is a data URI."""

    captcha_id: str
    image: str
    expires_in: int


class CodeCard(TypedDict):
    """A code under way; it may be asked for again after `retry_after` seconds."""

    code_id: str
    expires_in: int
    retry_after: int


def captcha_card(issued: IssuedCaptcha) -> CaptchaCard:
    """Answers *issued* with its picture inline."""
    picture = base64.b64encode(issued.image).decode()
    return {
        "captcha_id": issued.id,
        "image": f"data:{issued.media};base64,{picture}",
        "expires_in": issued.expires_in,
    }


def code_card(issued: IssuedCode) -> CodeCard:
    """Answers *issued* without its code."""
    return {
        "code_id": issued.code_id,
        "expires_in": issued.expires_in,
        "retry_after": issued.retry_after,
    }

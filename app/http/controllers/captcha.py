"""Captchas and one-time codes."""

from __future__ import annotations

from app.actions.verify.issue_captcha import issue_captcha
from app.actions.verify.send_code import CodeWanted, send_code
from app.http.state import Req, locale, services
from app.requests.verify import NewCaptcha, SendEmailCode, SendMobileCode
from app.resources.verify import CaptchaCard, CodeCard, captcha_card, code_card


async def issue(request: Req, form: NewCaptcha) -> CaptchaCard:
    return captcha_card(await issue_captcha(services(request), kind=form.kind))


async def send_to_mobile(request: Req, form: SendMobileCode) -> CodeCard:
    return await _send(request, form, form.mobile)


async def send_to_email(request: Req, form: SendEmailCode) -> CodeCard:
    return await _send(request, form, form.email)


async def _send(request: Req, form: SendMobileCode | SendEmailCode, target: str) -> CodeCard:
    wanted = CodeWanted(
        target=target,
        purpose=form.purpose,
        captcha_id=form.captcha_id,
        captcha_answer=form.captcha_answer,
        code_id=form.code_id,
        locale=locale(request),
    )
    return code_card(await send_code(services(request), wanted))

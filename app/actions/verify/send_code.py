"""A one-time code on its way to a mobile or a mailbox."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.actions.verify.solve_captcha import solve_captcha
from app.container import Services
from app.errors import SchemeOff
from pkg.errors import Error
from pkg.limiter import LimitExceeded
from pkg.mail import Mail
from pkg.sms import SmsMessage
from pkg.verifycode import CodeBudget, CodeCooldown, Issued

COOLDOWN = 60  # seconds; what is used up for longer than that is a budget


@dataclass(frozen=True, slots=True)
class CodeWanted:
    """Who wants a code, for what, and what they solved for it."""

    target: str  # E.164, or a canonical e-mail
    purpose: str
    captcha_id: str
    captcha_answer: str = field(repr=False)
    code_id: str | None = None
    locale: str = "en"

    @property
    def is_mail(self) -> bool:
        return "@" in self.target


async def send_code(services: Services, wanted: CodeWanted) -> Issued:
    """Sends a code, whoever does or does not have an account: the answer tells nothing of that.

    Raises:
        SchemeOff: nobody signs in by such an address here.
        CaptchaWrong: the captcha is not solved.
        CodeCooldown: this recipient was sent one a moment ago.
        CodeBudget: this recipient, this flow or the whole site has had its codes for now.
        SmsUnavailable, MailUnavailable: nobody could send it; the code is void.
        SmsRefused, MailRefused: it will never reach that recipient; the code is void.
    """
    if ("email" if wanted.is_mail else "mobile") not in services.settings.auth.schemes:
        raise SchemeOff
    await solve_captcha(services, id=wanted.captcha_id, answer=wanted.captcha_answer)
    await _reserve(services, wanted)
    issued = await services.codes.issue(wanted.purpose, wanted.target, wanted.code_id)
    if services.codes.is_hooked(wanted.target):
        return issued
    try:
        await _send(services, wanted, issued)
    except Error:
        await services.codes.void(issued.code_id, wanted.purpose, wanted.target)
        raise
    return issued


async def _reserve(services: Services, wanted: CodeWanted) -> None:
    """Takes one code from the recipient's allowance and from the site's, before it is sent."""
    try:
        await services.limiter.take("code_recipient", wanted.target)
    except LimitExceeded as exc:
        refusal = CodeCooldown if (exc.retry_after or 0) <= COOLDOWN else CodeBudget
        raise refusal("enough codes to one recipient", retry_after=exc.retry_after) from exc
    try:
        await services.limiter.take("code_budget", "all")
    except LimitExceeded as exc:
        raise CodeBudget("the site's codes are used up", retry_after=exc.retry_after) from exc


async def _send(services: Services, wanted: CodeWanted, issued: Issued) -> None:
    params = {"code": issued.code, "minutes": str(issued.expires_in // 60)}
    if wanted.is_mail:
        mail = Mail(wanted.target, wanted.purpose, locale=wanted.locale, params=params)
        await services.mailer.send(mail)
    else:
        message = SmsMessage(to=wanted.target, template=wanted.purpose, params=params)
        await services.sms.use().send(message)

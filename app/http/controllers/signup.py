"""Making an account."""

from __future__ import annotations

from app.actions.auth.exist import exist as exists
from app.actions.auth.sign_up import Applicant, sign_up
from app.actions.verify.code_shown import CodeShown
from app.http.controllers.present import kind, welcome
from app.http.reply import reply
from app.http.state import Req, device, locale, services
from app.requests.signup import Exist, SignUpByEmail, SignUpByMobile
from app.resources.sign_in import SignIn
from app.resources.user import ExistCard


async def exist(request: Req, form: Exist) -> ExistCard:
    found = await exists(
        services(request),
        target=form.target,
        captcha_id=form.captcha_id,
        captcha_answer=form.captcha_answer,
    )
    return {"exist": found}


async def by_mobile(request: Req, form: SignUpByMobile) -> SignIn:
    return await _sign_up(request, form, form.mobile)


async def by_email(request: Req, form: SignUpByEmail) -> SignIn:
    return await _sign_up(request, form, form.email)


async def _sign_up(request: Req, form: SignUpByMobile | SignUpByEmail, target: str) -> SignIn:
    shown = CodeShown(target, form.code_id, form.verify_code)
    applicant = Applicant(shown, form.name, form.password, locale(request))
    entered = await sign_up(
        services(request),
        applicant,
        device=device(request, form.device_name),
        kind=kind(request),
    )
    reply(request).created(f"/api/v1/users/{entered.user.id}")
    return welcome(request, entered)

"""Signing in and staying in."""

from __future__ import annotations

from app.actions.auth.log_in_by_code import log_in_by_code
from app.actions.auth.log_in_by_password import Credentials, log_in_by_password
from app.actions.auth.refresh import refresh as next_pair
from app.actions.verify.code_shown import CodeShown
from app.http import cookies
from app.http.controllers.present import kind, welcome
from app.http.state import Req, device, services
from app.requests.login import LoginByEmail, LoginByMobile, LoginByPassword, Refresh
from app.resources.sign_in import SignIn


async def by_password(request: Req, form: LoginByPassword) -> SignIn:
    credentials = Credentials(form.login, form.password, form.captcha_id, form.captcha_answer)
    entered = await log_in_by_password(
        services(request), credentials, device=device(request, form.device_name), kind=kind(request)
    )
    return welcome(request, entered)


async def by_mobile(request: Req, form: LoginByMobile) -> SignIn:
    return await _by_code(request, form, form.mobile)


async def by_email(request: Req, form: LoginByEmail) -> SignIn:
    return await _by_code(request, form, form.email)


async def refresh(request: Req, form: Refresh) -> SignIn:
    cookie = cookies.shown(request)
    return welcome(request, await next_pair(services(request), form.refresh_token, cookie=cookie))


async def _by_code(request: Req, form: LoginByMobile | LoginByEmail, target: str) -> SignIn:
    shown = CodeShown(target, form.code_id, form.verify_code)
    entered = await log_in_by_code(
        services(request), shown, device=device(request, form.device_name), kind=kind(request)
    )
    return welcome(request, entered)

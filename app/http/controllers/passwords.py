"""Passwords: a new one for who knows the old one, and for who lost it."""

from __future__ import annotations

from app.actions.account.change_password import change_password
from app.actions.auth.reset_password import reset_password
from app.actions.verify.code_shown import CodeShown
from app.http.state import Req, device, principal, services
from app.requests.login import ResetByEmail, ResetByMobile
from app.requests.users import ChangePassword


async def change(request: Req, form: ChangePassword) -> None:
    await change_password(
        services(request),
        principal(request),
        old=form.password,
        new=form.new_password,
        device=device(request),
    )


async def reset_by_mobile(request: Req, form: ResetByMobile) -> None:
    await _reset(request, form, form.mobile)


async def reset_by_email(request: Req, form: ResetByEmail) -> None:
    await _reset(request, form, form.email)


async def _reset(request: Req, form: ResetByMobile | ResetByEmail, target: str) -> None:
    shown = CodeShown(target, form.code_id, form.verify_code)
    await reset_password(services(request), shown, password=form.password, device=device(request))

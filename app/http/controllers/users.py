"""Accounts: one's own, and other people's cards."""

from __future__ import annotations

from app.actions.account.change_address import change_address
from app.actions.account.change_avatar import put_avatar, remove_avatar
from app.actions.account.change_profile import change_profile
from app.actions.account.find_users import Wanted, find_users, get_user
from app.actions.verify.code_shown import CodeShown
from app.http.state import Req, address_of, device, principal, services
from app.http.upload import Uploaded
from app.requests.users import ChangeEmail, ChangeMobile, ChangeProfile, ListUsers, OneUser
from app.resources.user import OwnCard, UserCard, own_card, user_card
from pkg.paginator import Page, mapped


async def me(request: Req) -> OwnCard:
    found = services(request)
    return own_card(await get_user(found, id=principal(request).user_id), found.files)


async def change_me(request: Req, form: ChangeProfile) -> OwnCard:
    found = services(request)
    user = await change_profile(found, user_id=principal(request).user_id, changes=form.changes())
    return own_card(user, found.files)


async def change_email(request: Req, form: ChangeEmail) -> None:
    shown = CodeShown(form.email, form.code_id, form.verify_code)
    await change_address(services(request), principal(request), shown, device=device(request))


async def change_mobile(request: Req, form: ChangeMobile) -> None:
    shown = CodeShown(form.mobile, form.code_id, form.verify_code)
    await change_address(services(request), principal(request), shown, device=device(request))


async def put_picture(request: Req, file: Uploaded) -> OwnCard:
    found = services(request)
    user = await put_avatar(found, user_id=principal(request).user_id, picture=file.content)
    return own_card(user, found.files)


async def remove_picture(request: Req) -> OwnCard:
    found = services(request)
    return own_card(await remove_avatar(found, user_id=principal(request).user_id), found.files)


async def show(request: Req, form: OneUser) -> UserCard:
    found = services(request)
    return user_card(await get_user(found, id=form.id), found.files)


async def index(request: Req, form: ListUsers) -> Page[UserCard]:
    found = services(request)
    wanted = Wanted(form.name, form.sort, form.page, form.per_page, address_of(request.scope))
    return mapped(await find_users(found, wanted), lambda user: user_card(user, found.files))

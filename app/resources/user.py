"""An account as others see it, and as its owner does; or only whether there is one."""

from __future__ import annotations

from typing_extensions import TypedDict

from app.models import User
from pkg.file import Storage, avatar_urls
from pkg.helpers import stamp


class UserCard(TypedDict):
    """What everybody who is signed in may know of an account."""

    id: str
    name: str | None
    nickname: str
    avatar: dict[str, str] | None  # an address for each size
    type: int


class OwnCard(UserCard):
    """What its owner sees besides."""

    email: str | None
    mobile: str | None
    gender: str
    birthday: str | None
    locale: str
    exp: int
    has_password: bool
    is_admin: bool
    created_at: str
    login_at: str | None


class ExistCard(TypedDict):
    """Whether somebody has an account here."""

    exist: bool


def user_card(user: User, files: Storage) -> UserCard:
    """Answers the public card of *user*; *files* knows where its picture is."""
    return {
        "id": str(user.id),
        "name": user.name,
        "nickname": user.nickname,
        "avatar": avatar_urls(files, user.avatar),
        "type": user.type,
    }


def own_card(user: User, files: Storage) -> OwnCard:
    """Answers the card of *user* for *user*."""
    return {
        "id": str(user.id),
        "name": user.name,
        "nickname": user.nickname,
        "avatar": avatar_urls(files, user.avatar),
        "type": user.type,
        "email": user.email,
        "mobile": user.mobile,
        "gender": user.gender,
        "birthday": user.birthday.isoformat() if user.birthday else None,
        "locale": user.locale,
        "exp": user.exp,
        "has_password": user.password is not None,
        "is_admin": user.is_admin,
        "created_at": stamp(user.created_at),
        "login_at": stamp(user.login_at) if user.login_at else None,
    }

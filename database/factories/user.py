"""Made-up people."""

from __future__ import annotations

from datetime import UTC, datetime
from string import digits
from typing import TYPE_CHECKING, Any

from app.models import User, key_of
from database.factories.chance import LOCALES

if TYPE_CHECKING:
    from faker import Faker

MOBILES = 10_000  # +861990000 and four digits: nobody's, and codes to them are never really sent


def user(faker: Faker, *, number: int | None = None, **overrides: Any) -> User:
    """Answers an unsaved account; two of different *number* collide in nothing.

    Every second one speaks Chinese and has a mobile, the others English and an e-mail. None has a
    password: nobody can sign in as one of them by guessing.
    """
    number = faker.random_int(1, 10**9) if number is None else number
    chinese = number % 2 == 0
    speaks = faker[LOCALES[0 if chinese else 1]]
    name = f"{speaks.user_name().rstrip(digits)}{number}"
    has_mobile = chinese and number < MOBILES
    now = datetime.now(UTC)
    values = {
        "name": name,
        "name_key": key_of(name),
        "nickname": speaks.name(),
        "gender": speaks.random_element(("unknown", "male", "female")),
        "birthday": speaks.date_of_birth(minimum_age=16, maximum_age=80),
        "locale": "zh_CN" if chinese else "en",
        "mobile": f"+861990000{number:04}" if has_mobile else None,
        "mobile_verified_at": now if has_mobile else None,
        "email": None if has_mobile else f"{name}@example.com",
        "email_verified_at": None if has_mobile else now,
    }
    return User(**(values | overrides))

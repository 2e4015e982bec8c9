"""Made-up people."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from app.models import User, key_of
from database.factories.chance import LOCALES
from database.factories.words import words
from pkg.seed import Factory, Values

if TYPE_CHECKING:
    from faker import Faker

MOBILES = 10_000  # +861990000 and four digits: nobody's, and codes to them are never really sent
GENDERS = ("unknown", "male", "female")
BORN = date(1945, 1, 1).toordinal(), date(2008, 12, 31).toordinal()
LONGEST = 20  # letters of a name, before its number


def _values(faker: Faker, number: int) -> Values:
    """Every second one speaks Chinese and has a mobile, the others English and an e-mail.

    Two of different *number* collide in nothing. None has a password: nobody can sign in as one
    of them by guessing.
    """
    chinese = number % 2 == 0
    locale = LOCALES[0 if chinese else 1]
    names, chance = words(locale), faker[locale].random
    first, last = chance.choice(names.first), chance.choice(names.last)
    login = chance.choice(names.latin_first) + chance.choice(names.latin_last)
    name = f"{_letters(login)}{number}"
    has_mobile = chinese and number < MOBILES
    now = datetime.now(UTC)
    return {
        "name": name,
        "name_key": key_of(name),
        "nickname": last + first if chinese else f"{first} {last}",
        "gender": chance.choice(GENDERS),
        "birthday": date.fromordinal(chance.randint(*BORN)),
        "locale": "zh_CN" if chinese else "en",
        "mobile": f"+861990000{number:04}" if has_mobile else None,
        "mobile_verified_at": now if has_mobile else None,
        "email": None if has_mobile else f"{name}@example.com",
        "email_verified_at": None if has_mobile else now,
    }


def _letters(login: str) -> str:
    return "".join(filter(str.isalpha, login.lower()))[:LONGEST]


STATES: Final[dict[str, Values]] = {
    "vip": {"type": 1},
    "admin": {"is_admin": True},
    "nameless": {"name": None, "name_key": None},  # signed up by a code, and chose none yet
    "banned": {"disabled_at": lambda _: datetime.now(UTC)},
}

user: Final[Factory[Faker, User]] = Factory(User, _values, STATES)

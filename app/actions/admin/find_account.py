"""Whom an operator means."""

from __future__ import annotations

import re
from typing import Final

from app.container import Services
from app.errors import NotFound
from app.models import User
from app.requests.operators import Whom
from pkg.hub import read_address
from pkg.validation import parse

DIGITS: Final = re.compile("[1-9][0-9]{0,18}")


async def find_account(services: Services, whom: str) -> User:
    """Answers the account *whom*: `u:42`, a name, a mobile, an e-mail, or a bare id.

    Digits that are a mobile are one: no name is digits, and no id is that large.

    Raises:
        NotFound: there is none.
        Invalid: it can be nothing of these.
    """
    login = parse(Whom, {"user": whom}, region=services.settings.app.region).user
    address = read_address(f"u:{login}" if DIGITS.fullmatch(login) else login)
    if address is None:
        found = await User.by_login(login)
    else:
        found = await User.get_or_none(id=address[1]) if address[0] == "u" else None
    if found is None:
        raise NotFound(f"there is no account {whom}")
    return found

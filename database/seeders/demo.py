"""The account that visitors sign in with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.models import User, key_of
from database.seeders.ground import Ground

if TYPE_CHECKING:
    from faker import Faker

NAME, PASSWORD = "demo", "talk to parley"  # known to all, for local use only
NOTE = f"sign in as {NAME!r} with the password {PASSWORD!r}"


async def run(ground: Ground, faker: Faker, /, *, count: int = 1) -> int:
    """Makes the account; one that has the name already stays as it is."""
    if await User.by_name(NAME) is not None:
        return 0
    demo = User(
        name=NAME,
        name_key=key_of(NAME),
        nickname="Demo",
        email="demo@example.com",
        email_verified_at=datetime.now(UTC),
        password=await ground.hasher.make(PASSWORD),
    )
    await demo.save()
    return 1

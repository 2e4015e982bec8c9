"""People."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.models import User
from database.factories import user
from database.seeders.ground import Ground

if TYPE_CHECKING:
    from faker import Faker

BATCH = 500  # rows a statement, and in memory


async def run(ground: Ground, faker: Faker, *, count: int = 50) -> int:
    """Brings the table up to *count* made-up people; those who signed up are not counted."""
    added = 0
    for batch in _batches(faker, count):
        async with ground.database.transaction():
            fresh = await _fresh(batch)
            await User.bulk_create(fresh)
        added += len(fresh)
    return added


def _batches(faker: Faker, count: int) -> Iterator[list[User]]:
    for first in range(1, count + 1, BATCH):
        last = min(first + BATCH, count + 1)
        yield [user(faker, number=number) for number in range(first, last)]


async def _fresh(batch: Sequence[User]) -> list[User]:
    """Answers who of *batch* is not there yet; a mobile that somebody uses is left out."""
    names = [one.name_key for one in batch]
    mobiles = [one.mobile for one in batch if one.mobile]
    there = {one.name_key for one in await User.filter(name_key__in=names).only("name_key")}
    taken = {one.mobile for one in await User.filter(mobile__in=mobiles).only("mobile")}
    fresh = [one for one in batch if one.name_key not in there]
    for one in fresh:
        if one.mobile in taken:
            one.mobile = one.mobile_verified_at = None
    return fresh

"""People."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.models import User
from database.factories import user
from database.seeders.ground import Ground
from pkg.seed import Values

if TYPE_CHECKING:
    from faker import Faker

BATCH = 1_000  # rows a transaction, and in memory


async def run(ground: Ground, faker: Faker, *, count: int = 50) -> int:
    """Brings the table up to *count* made-up people; those who signed up are not counted."""
    added = 0
    for first in range(1, count + 1, BATCH):
        numbers = range(first, min(first + BATCH, count + 1))
        fresh = await _fresh([user.values(faker, number) for number in numbers])
        await ground.insert(User, fresh)
        added += len(fresh)
        ground.tell(len(numbers))
    return added


async def _fresh(batch: Sequence[Values]) -> list[Values]:
    """Answers who of *batch* is not there yet; a mobile that somebody uses is left out."""
    names = [one["name_key"] for one in batch]
    mobiles = [one["mobile"] for one in batch if one["mobile"]]
    there = {one.name_key for one in await User.filter(name_key__in=names).only("name_key")}
    taken = {one.mobile for one in await User.filter(mobile__in=mobiles).only("mobile")}
    return [_reachable(one, taken) for one in batch if one["name_key"] not in there]


def _reachable(one: Values, taken: set[str | None]) -> Values:
    return one if one["mobile"] not in taken else one | {"mobile": None, "mobile_verified_at": None}

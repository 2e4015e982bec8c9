"""A new key for access tokens, and an old one that holds no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.actions.auth.audit import record
from app.container import Services
from app.errors import NotFound
from app.providers.signing import Generations
from pkg.errors import Exhausted
from pkg.session import Device

SETTLE: Final = 5  # seconds for every node to hear of one rotation before the next


class RotatedJustNow(Exhausted):
    """Not every node may have heard of the last rotation yet."""

    code = "key.rotated_just_now"


@dataclass(frozen=True, slots=True)
class Keys:
    """The id of the key that signs, and of those whose tokens still hold."""

    current: str
    verifying: tuple[str, ...]


async def rotate_key(services: Services) -> Keys:
    """Has every node sign with a new key, within a second. Tokens of the old one run out.

    A key that cannot have a living token any more verifies nothing from then on.

    Raises:
        RotatedJustNow: the last rotation is only seconds ago.
    """
    now = int(services.clock.now().timestamp())
    jwt = services.settings.jwt
    async with services.database.transaction():
        before = await services.signing.read(hold=True)
        if now - before.since < SETTLE:
            raise RotatedJustNow("the keys were rotated just now", retry_after=SETTLE)
        is_long_ago = now - before.since > jwt.max_ttl + jwt.leeway
        floor = before.current if is_long_ago and before.since else before.floor
        return await _turn(services, Generations(before.current + 1, floor, now), "keys.rotated")


async def retire_key(services: Services, *, id: str) -> Keys:
    """Has no node take tokens of the key *id*, nor of those before it; clients refresh.

    Where it is the one that signs, the next one does from then on.

    Raises:
        NotFound: no key whose tokens hold has that id.
    """
    now = int(services.clock.now().timestamp())
    async with services.database.transaction():
        before = await services.signing.read(hold=True)
        found = [each for each in before.living() if services.signing.id_of(each) == id]
        if not found:
            raise NotFound(f"no key whose tokens hold has the id {id}")
        floor = found[0] + 1
        after = Generations(max(before.current, floor), floor, before.since)
        if after.current != before.current:
            after = Generations(after.current, floor, now)
        return await _turn(services, after, "key.retired", id)


async def _turn(services: Services, after: Generations, kind: str, retired: str = "") -> Keys:
    await services.signing.change(after)
    current, *others = [services.signing.id_of(each) for each in reversed([*after.living()])]
    await record(services, kind, user_id=None, device=Device(), current=current, retired=retired)
    return Keys(current, tuple(others))

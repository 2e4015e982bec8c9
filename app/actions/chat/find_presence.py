"""Who is here, of those somebody may know of."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.container import Services
from pkg.hub import Client

SHARED = """
SELECT DISTINCT other.user_id AS id
FROM members mine
JOIN conversations c ON c.id = mine.conversation_id AND c.kind IN ('direct', 'group')
JOIN members other ON other.conversation_id = mine.conversation_id
WHERE mine.user_id = ? AND other.user_id IN ({})
"""


async def find_presence(
    services: Services, *, user_id: int, users: Collection[int]
) -> Mapping[int, bool]:
    """Answers of each of *users* whether they are online; those who are not theirs to know are not.

    One may know of those with whom one shares a direct talk or a group, and of oneself. Being in
    the lobby or in a channel together is no acquaintance: anybody may do that.
    """
    known = await _acquaintances(services, user_id, users)
    presence = services.company.presence
    return {user: user in known and presence.is_online(user) for user in users}


async def watch_presence(
    services: Services, *, client: Client, user_id: int, users: Collection[int]
) -> Mapping[int, bool]:
    """Does as `find_presence`, and has *client* told of changes from now on, of nobody else's."""
    known = await _acquaintances(services, user_id, users)
    states = services.company.watchers.watch(client, known)
    return {user: states.get(user, False) for user in users}


async def _acquaintances(
    services: Services, user_id: int, among: Collection[int]
) -> frozenset[int]:
    others = frozenset(among) - {user_id}
    found = frozenset(among) & {user_id}
    if others:
        sql = SHARED.format(", ".join("?" * len(others)))
        rows = await services.database.fetch(sql, (user_id, *others))
        found |= {row["id"] for row in rows}
    return found

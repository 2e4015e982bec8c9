"""Who may speak where, without asking the database at each message."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.models import LOBBY_ID, direct_key
from app.providers.signals import Signals
from pkg.clock import Clock
from pkg.database import Database, utc
from pkg.helpers import Together
from pkg.hub import conversation_address, read_address, user_address

CHANGED: Final = "member.changed"  # the signal; its subject is the user
MAX_AGE = 30.0  # seconds; every change is told within one, this bounds what was never told
MAX_ITEMS = 50_000
LOBBY: Final = conversation_address(LOBBY_ID)

# By whichever address it is asked for, a direct conversation is the same row: who is in it, and
# whether the other one's account is open. A closed one can be written to by nobody.
FOUND = """
SELECT c.id AS conversation, c.direct_key AS direct_key, c.last_seq AS top,
    m.user_id AS user_id, m.muted_until AS muted_until, u.id AS peer
FROM members m
JOIN conversations c ON c.id = m.conversation_id
LEFT JOIN members p
    ON c.kind = 'direct' AND p.conversation_id = c.id AND p.user_id <> m.user_id
LEFT JOIN users u ON u.id = p.user_id AND (u.disabled_at IS NULL OR u.disabled_until <= ?)
"""

Ask = tuple[int, str]  # who, and the address they write to


@dataclass(frozen=True, slots=True)
class Standing:
    """A conversation somebody may write to, as it was read."""

    conversation: int
    users: tuple[int, ...] = ()  # both of a direct one, else whom it was read for
    muted_until: datetime | None = None
    top: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A standing, when it was read, and how many changes had been told before."""

    standing: Standing
    at: float
    changes: int


IN_THE_LOBBY: Final = Standing(LOBBY_ID)  # everybody is, and no list says so


class Members:
    """What was read of members may only be believed while the news comes in.

    A change is told by a signal of the transaction that makes it (`changing`); when signals have
    not been read for a while nothing here counts. What is not known is asked for: an empty memory
    never means "may not".
    """

    def __init__(
        self, database: Database, signals: Signals, clock: Clock, *, most: int = MAX_ITEMS
    ) -> None:
        self._database = database
        self._signals = signals
        self._clock = clock
        self._most = most
        self._kept: OrderedDict[Ask, Kept] = OrderedDict()
        self._changes = 0
        self._changed: OrderedDict[int, int] = OrderedDict()  # user -> the number of their change
        self._floor = 0  # what was read before this many changes counts no more
        self._questions = Together(self._read)

    def standing(self, user_id: int, recipient: str) -> Standing | None:
        """Answers where *user_id* stands at *recipient*, `c:7` or `u:42`; None: `load` it."""
        if recipient == LOBBY:
            return IN_THE_LOBBY
        kept = self._kept.get((user_id, recipient))
        if kept is None or not self._holds(kept):
            return None
        return kept.standing

    async def load(self, user_id: int, recipient: str) -> Standing | None:
        """Asks the database; many who ask at once share a query.

        None: there is no such conversation yet, the user is not in it, or it is a direct one whose
        other account is closed.

        Raises:
            Unavailable: the database is away.
        """
        if recipient == LOBBY:
            return IN_THE_LOBBY
        ask = user_id, recipient
        return (await self._questions.get([ask])).get(ask)

    @asynccontextmanager
    async def changing(self, user_id: int) -> AsyncIterator[None]:
        """A transaction that changes what *user_id* may do: a mute, a role, an account that closes.

        This node keeps to it once it is committed, every other within a second.
        """
        async with self._database.transaction():
            yield
            await self._signals.tell(CHANGED, str(user_id))
        self.forget(user_id)

    def forget(self, user_id: int) -> None:
        """Lets go of what *user_id* may do, and of what others may do with them.

        A query that is under way is answered, and not kept.
        """
        self._changes += 1
        self._changed[user_id] = self._changes
        self._changed.move_to_end(user_id)
        if len(self._changed) > self._most:
            self._floor = self._changed.popitem(last=False)[1]

    def clear(self) -> None:
        """Lets go of everything."""
        self._changes += 1
        self._floor = self._changes
        self._changed.clear()
        self._kept.clear()

    def _holds(self, kept: Kept) -> bool:
        if not self._signals.is_current or self._clock.monotonic() - kept.at > MAX_AGE:
            return False
        if kept.changes == self._changes:  # nothing was told since
            return True
        if kept.changes < self._floor:
            return False
        return all(self._changed.get(id, 0) <= kept.changes for id in kept.standing.users)

    async def _read(self, asks: Sequence[Ask]) -> Mapping[Ask, Standing]:
        at, changes, now = self._clock.monotonic(), self._changes, self._clock.now()
        wanted, found = set(asks), dict[Ask, Standing]()
        for where, params in _conditions(asks):
            for row in await self._database.fetch(FOUND + where, [now, *params]):
                for ask, standing in _standings(row):
                    if ask in wanted:
                        found[ask] = standing
        for ask, standing in found.items():
            self._keep(ask, Kept(standing, at, changes))
        return found

    def _keep(self, ask: Ask, kept: Kept) -> None:
        self._kept[ask] = kept
        self._kept.move_to_end(ask)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)


def _conditions(asks: Collection[Ask]) -> list[tuple[str, list[object]]]:
    """Answers what finds the rows of *asks*: by the key of a direct one, and by the member."""
    keys: list[object] = []
    pairs: list[object] = []
    for user_id, recipient in asks:
        address = read_address(recipient)
        if address is None:
            continue
        if address[0] == "u":
            keys.append(direct_key(user_id, address[1]))
        else:
            pairs += (address[1], user_id)
    found: list[tuple[str, list[object]]] = []
    if keys:
        found.append((f"WHERE c.direct_key IN ({', '.join('?' * len(keys))})", keys))
    if pairs:
        each = ["(m.conversation_id = ? AND m.user_id = ?)"] * (len(pairs) // 2)
        found.append((f"WHERE {' OR '.join(each)}", pairs))
    return found


def _standings(row: Mapping[str, Any]) -> list[tuple[Ask, Standing]]:
    """Answers where the member of *row* stands, under each address that leads there."""
    user, key, muted = row["user_id"], row["direct_key"], row["muted_until"]
    peer = user if key == direct_key(user, user) else row["peer"]
    if key is not None and peer is None:
        return []
    users = (user,) if peer is None else (user, peer)
    until = None if muted is None else utc(muted)
    standing = Standing(row["conversation"], users, until, row["top"])
    found = [((user, conversation_address(standing.conversation)), standing)]
    if peer is not None:
        found.append(((user, user_address(peer)), standing))
    return found

"""What this node does about the decisions of others."""

from __future__ import annotations

from typing import Final

from app.models import Session
from app.providers.members import CHANGED, Members
from app.providers.signals import Signals
from pkg.cache import Cache
from pkg.errors import Unavailable
from pkg.hub import CloseCode, Hub
from pkg.session import LiveSessions

ENDED = CloseCode.SESSION_ENDED, "session ended"
BANNED = CloseCode.BANNED, "banned"
AMENDED: Final = "message.amended"  # `<conversation>:<seq>`
MADE: Final = "conversation.made"  # its subject is `<conversation>:<user>:<user>`
CHUNK: Final = 1000  # sessions of one question to the database
GROWN: Final = "conversation.grown"  # `<conversation>:<seq>`, by a process that has no sockets


class Listeners:
    """Forgets sessions, members and cached values, closes sockets, and lets clients in.

    *cache* in memory is each node's own, and nobody else empties it: *is_own* says that it is.
    """

    def __init__(
        self, live: LiveSessions, members: Members, hub: Hub, cache: Cache, *, is_own: bool
    ) -> None:
        self._live = live
        self._members = members
        self._hub = hub
        self._cache = cache
        self._is_own = is_own

    def attend(self, signals: Signals) -> None:
        """Has *signals* call what stands here."""
        signals.on("session.changed", self._changed)
        signals.on("session.ended", self._ended)
        signals.on("session.banned", self._banned)
        signals.on(CHANGED, self._member_changed)
        signals.on(MADE, self._made)
        signals.on(GROWN, self._grown)
        signals.on(AMENDED, self._amended)
        signals.on("cache.forget", self._forget)
        signals.on("cache.clear", self._clear)
        signals.heard, signals.missed = self._live.heard, self._missed

    async def _changed(self, subject: str) -> None:
        self._live.forget([int(subject)])

    async def _ended(self, subject: str) -> None:
        self._live.forget([int(subject)])
        self._hub.close_session(int(subject), *ENDED)

    async def _banned(self, subject: str) -> None:
        self._live.forget([int(subject)])
        self._hub.close_session(int(subject), *BANNED)

    async def _member_changed(self, subject: str) -> None:
        self._members.forget(int(subject))

    async def _made(self, subject: str) -> None:
        conversation, *users = map(int, subject.split(":"))
        self._hub.seating.introduce(conversation, set(users))

    async def _grown(self, subject: str) -> None:
        conversation, seq = map(int, subject.split(":"))
        self._hub.relay.learn({conversation: seq})

    async def _amended(self, subject: str) -> None:
        conversation, seq = map(int, subject.split(":"))
        try:
            await self._hub.amender.amend(conversation, seq)
        except Unavailable:
            self._hub.amender.doubt()
            raise

    async def _forget(self, subject: str) -> None:
        await self._cache.forget(subject)

    async def _clear(self, _: str) -> None:
        await self._cache.clear()

    async def _missed(self) -> None:
        self._live.clear()
        self._members.clear()
        self._hub.amender.doubt()
        if self._is_own:
            await self._cache.clear()
        open_here = self._hub.sessions()
        for start in range(0, len(open_here), CHUNK):
            part = open_here[start : start + CHUNK]
            for row in await Session.filter(id__in=part, revoked_at__not_isnull=True):
                self._hub.close_session(row.id, *(BANNED if row.reason == "banned" else ENDED))

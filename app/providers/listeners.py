"""What this node does about the decisions of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.models import Session
from app.providers.doors import Closed, Doors
from app.providers.members import CHANGED, Members
from app.providers.signals import Signals
from app.providers.signing import SigningKeys
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


@dataclass(frozen=True, slots=True)
class Listeners:
    """Forgets sessions, members and cached values, closes sockets, and lets clients in.

    *cache* in memory is each node's own, and nobody else empties it: *is_own* says that it is.
    """

    live: LiveSessions
    members: Members
    hub: Hub
    cache: Cache
    doors: Doors
    signing: SigningKeys
    is_own: bool

    async def attend(self, signals: Signals) -> None:
        """Has *signals* call what stands here, and learns what was decided before.

        Raises:
            Unavailable: the database does not answer.
        """
        self.hub.relay.on("signals", lambda _: signals.wake())
        signals.spread = lambda: self.hub.relay.say("signals", b"")
        signals.on("session.changed", self._changed)
        signals.on("session.ended", self._ended)
        signals.on("session.banned", self._banned)
        signals.on(CHANGED, self._member_changed)
        signals.on(MADE, self._made)
        signals.on(GROWN, self._grown)
        signals.on(AMENDED, self._amended)
        signals.on("cache.forget", self._forget)
        signals.on("cache.clear", self._clear)
        signals.heard, signals.missed = self.live.heard, self._missed
        self.doors.shut = self._shut
        await signals.look()  # what is told from here on is heard, what came before is read
        await self.doors.read()
        await self.signing.read()

    async def _changed(self, subject: str) -> None:
        self.live.forget([int(subject)])

    async def _ended(self, subject: str) -> None:
        self.live.forget([int(subject)])
        self.hub.close_session(int(subject), *ENDED)

    async def _banned(self, subject: str) -> None:
        self.live.forget([int(subject)])
        self.hub.close_session(int(subject), *BANNED)

    async def _member_changed(self, subject: str) -> None:
        self.members.forget(int(subject))

    async def _made(self, subject: str) -> None:
        conversation, *users = map(int, subject.split(":"))
        self.hub.seating.introduce(conversation, set(users))

    async def _grown(self, subject: str) -> None:
        conversation, seq = map(int, subject.split(":"))
        self.hub.relay.learn({conversation: seq})

    async def _amended(self, subject: str) -> None:
        conversation, seq = map(int, subject.split(":"))
        try:
            await self.hub.amender.amend(conversation, seq)
        except Unavailable:
            self.hub.amender.doubt()
            raise

    async def _forget(self, subject: str) -> None:
        await self.cache.forget(subject)

    async def _clear(self, _: str) -> None:
        await self.cache.clear()

    def _shut(self, closed: Closed) -> None:
        self.hub.send_away(after=closed.retry_after)

    async def _missed(self) -> None:
        await self.doors.read()
        await self.signing.read()
        self.live.clear()
        self.members.clear()
        self.hub.amender.doubt()
        if self.is_own:
            await self.cache.clear()
        open_here = self.hub.sessions()
        for start in range(0, len(open_here), CHUNK):
            part = open_here[start : start + CHUNK]
            for row in await Session.filter(id__in=part, revoked_at__not_isnull=True):
                self.hub.close_session(row.id, *(BANNED if row.reason == "banned" else ENDED))

"""Who is here, over all nodes. Nothing of it is stored: each node tells the others of its users."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from pkg.clock import Clock
from pkg.hub.company.roster import Ask, Beat, Moved, Part, Roster, Word, decode, encode

BEAT_SECONDS = 5.0
DEAD_SECONDS = 15.0  # three beats missed: the node is gone, and its users with it
LINGER_SECONDS = 10.0  # a leave is told so late: whoever comes back meanwhile never left
ASK_SECONDS = 1.0  # between two whole lists, asked for or told
PART = 2000  # users in one part of a list


class Presence:
    """The users of this node, told to all; and those of the others, as far as they were heard.

    A user's first socket and the end of their last are told with a version that counts up, and a
    beat repeats it; whoever missed something asks for the whole list. `tick`, meant to run a few
    times a second, does all that is due; *told* gets what changed over all nodes since the last.
    """

    def __init__(
        self,
        node: str,
        publish: Callable[[bytes], None],
        clock: Clock,
        *,
        told: Callable[[Mapping[int, bool]], None],
    ) -> None:
        self._node = node
        self._publish = publish
        self._clock = clock
        self._told = told
        self._sockets: Counter[int] = Counter()
        self._leaving: dict[int, float] = {}  # in the order they are due
        self._fresh: list[int] = []
        self._version = 0
        self._rosters: dict[str, Roster] = {}
        self._nodes: Counter[int] = Counter()  # on how many nodes a user is
        self._before: dict[int, bool] = {}  # what was told of those who moved since the last tick
        self._is_asked = False
        self._ticked_at = self._beat_at = clock.monotonic()
        self._shown_at = self._beat_at - ASK_SECONDS

    def start(self) -> None:
        """Asks every other node for its list."""
        self._say(Ask(self._node, ""))

    def came(self, user: int) -> None:
        """Notes one more socket of *user* here."""
        self._sockets[user] += 1
        if self._sockets[user] > 1 or self._leaving.pop(user, None) is not None:
            return
        self._fresh.append(user)
        self._enter([user])

    def went(self, user: int) -> None:
        """Notes one socket of *user* less."""
        self._sockets[user] -= 1
        if self._sockets[user] <= 0:
            del self._sockets[user]
            self._leaving[user] = self._clock.monotonic() + LINGER_SECONDS

    def is_online(self, user: int) -> bool:
        """Tells whether *user* has a socket on any node, or had one until just now."""
        return user in self._nodes

    def __len__(self) -> int:
        return len(self._nodes)

    def hear(self, text: bytes) -> None:
        """Takes what a node said; its own words come back too, and are passed over."""
        word = decode(text)
        if word is None or word.node == self._node:
            return
        if isinstance(word, Ask):
            self._is_asked |= word.of in {"", self._node}
            return
        roster = self._rosters.setdefault(word.node, Roster())
        roster.heard_at = self._clock.monotonic()
        came, went = roster.take(word)
        self._enter(came)
        self._exit(went)

    def tick(self) -> None:
        """Tells what is due: who came and went, a beat, a list that was asked for."""
        now = self._clock.monotonic()
        self._listen_first(now)
        self._tell_moves(now)
        if now - self._beat_at >= BEAT_SECONDS:
            self._beat(Beat(self._node, self._version), now)
        if self._is_asked and now - self._shown_at >= ASK_SECONDS:
            self._show(now)
        for node, roster in tuple(self._rosters.items()):
            self._judge(node, roster, now)
        moved = {
            user: user in self._nodes
            for user, before in self._before.items()
            if before != (user in self._nodes)
        }
        self._before.clear()
        if moved:
            self._told(moved)

    def _listen_first(self, now: float) -> None:
        """After a pause of this process itself nobody is judged by what it could not hear."""
        if now - self._ticked_at >= BEAT_SECONDS:
            for roster in self._rosters.values():
                roster.heard_at = now
        self._ticked_at = now

    def _tell_moves(self, now: float) -> None:
        went = []
        for user, due_at in self._leaving.items():
            if due_at > now:
                break
            went.append(user)
        for user in went:
            del self._leaving[user]
        self._exit(went)
        if self._fresh or went:
            self._version += 1
            self._beat(Moved(self._node, self._version, (*self._fresh,), (*went,)), now)
            self._fresh.clear()

    def _beat(self, word: Beat | Moved, now: float) -> None:
        self._beat_at = now
        self._say(word)

    def _show(self, now: float) -> None:
        """Tells the whole list, in one step: no move comes between its parts."""
        self._is_asked, self._shown_at = False, now
        users = (*self._sockets, *self._leaving)
        starts = range(0, len(users) or 1, PART)  # nobody is a list, too
        for number, start in enumerate(starts):
            part = users[start : start + PART]
            self._say(Part(self._node, self._version, number, len(starts), part))

    def _judge(self, node: str, roster: Roster, now: float) -> None:
        if now - roster.heard_at >= DEAD_SECONDS:
            del self._rosters[node]
            self._exit(roster.users)
        elif roster.lacks and (roster.asked_at is None or now - roster.asked_at >= ASK_SECONDS):
            roster.asked_at = now
            self._say(Ask(self._node, node))

    def _enter(self, users: Iterable[int]) -> None:
        for user in users:
            self._before.setdefault(user, user in self._nodes)
            self._nodes[user] += 1

    def _exit(self, users: Iterable[int]) -> None:
        for user in users:
            self._before.setdefault(user, user in self._nodes)
            self._nodes[user] -= 1
            if not self._nodes[user]:
                del self._nodes[user]

    def _say(self, word: Word) -> None:
        self._publish(encode(word))

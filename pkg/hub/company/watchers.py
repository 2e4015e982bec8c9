"""Which clients want to know of whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Literal

import msgspec

from pkg.hub.client import Client
from pkg.hub.message import user_address

MAX_WATCHED = 200  # users of one client
SLICE = 2000  # pairs of a watcher and a user told in one go

State = Literal["online", "offline"]


class Presences(msgspec.Struct, frozen=True, tag="presence", tag_field="type"):
    """Who is here and who is not, of those the client watches."""

    users: dict[str, State]


class Watchers:
    """Tells clients of the users they watch; each has one list, the one it named last.

    At most once: a client that lags does without, and knows again when it asks again.
    """

    def __init__(self, is_online: Callable[[int], bool]) -> None:
        self._is_online = is_online
        self._watchers: defaultdict[int, dict[Client, None]] = defaultdict(dict)
        self._watched: dict[Client, frozenset[int]] = {}
        self._changes: dict[int, None] = {}

    def __len__(self) -> int:
        return len(self._watched)

    def watch(self, client: Client, users: Collection[int]) -> Mapping[int, bool]:
        """Has *client* told of *users* and of nobody else, and answers how they are now."""
        self.forget(client)
        if users and not client.is_closed:
            self._watched[client] = frozenset(users)
            for user in users:
                self._watchers[user][client] = None
        return {user: self._is_online(user) for user in users}

    def forget(self, client: Client) -> None:
        """Lets go of *client*; a second call does nothing."""
        for user in self._watched.pop(client, ()):
            watchers = self._watchers[user]
            del watchers[client]
            if not watchers:
                del self._watchers[user]

    def note(self, users: Collection[int]) -> None:
        """Has those who watch *users* told at the next flushes."""
        self._changes |= dict.fromkeys(user for user in users if user in self._watchers)

    def flush(self) -> None:
        """Tells a slice of what has changed; what is left waits for the next."""
        left, news = SLICE, defaultdict[Client, dict[int, bool]](dict)
        while self._changes and left > 0:
            user = next(iter(self._changes))
            del self._changes[user]
            watchers, is_online = self._watchers.get(user, {}), self._is_online(user)
            for client in watchers:
                news[client][user] = is_online
            left -= len(watchers)
        for client, states in news.items():
            if not (client.is_closed or client.lagging):
                client.send(presences(states))


def presences(states: Mapping[int, bool]) -> Presences:
    """Answers the frame that tells *states*."""
    return Presences(
        {user_address(user): "online" if here else "offline" for user, here in states.items()}
    )

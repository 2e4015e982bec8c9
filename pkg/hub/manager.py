"""Who is connected to this node."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from datetime import timedelta
from typing import TypeVar

from pkg.clock import Clock
from pkg.hub.client import Client, Identity
from pkg.hub.config import HubConfig
from pkg.hub.errors import CloseCode, TooManyHandshakes, TooManySockets
from pkg.hub.limits import Buckets
from pkg.hub.message import Expiring, Notice

K = TypeVar("K", bound=Hashable)

WARN_SECONDS = 60
WAIT_SECONDS = 5.0


class ClientManager:
    """The clients of this node, by user, session and address, and their caps.

    Every change is a step of its own between two awaits: there is no queue and no lock.
    """

    def __init__(self, config: HubConfig, clock: Clock, *, limited: bool = True) -> None:
        self.clients: dict[Client, None] = {}
        self._config = config
        self._clock = clock
        self._limited = limited
        self._users: defaultdict[int, dict[Client, None]] = defaultdict(dict)
        self._sessions: defaultdict[int, dict[Client, None]] = defaultdict(dict)
        self._addresses: defaultdict[str, dict[Client, None]] = defaultdict(dict)
        self._handshakes = Buckets(clock, rate=config.handshakes, burst=config.handshakes)

    def knock(self, address: str) -> None:
        """Counts a handshake of *address*, before anything is done for it.

        Raises:
            TooManyHandshakes: it comes too fast.
        """
        if self._limited and (wait := self._handshakes.take(address)):
            raise TooManyHandshakes("handshakes too fast", retry_after=wait)

    def register(self, client: Client) -> None:
        """Takes in a socket that has been accepted, whoever it may turn out to be.

        Raises:
            TooManySockets: this node or the client's address has as many as it may.
        """
        self._check(len(self.clients), self._config.per_node)
        self._check(len(self._addresses.get(client.address, ())), self._config.per_address)
        self.clients[client] = None
        self._addresses[client.address][client] = None

    def identify(self, client: Client, identity: Identity) -> None:
        """Notes who *client* is. From now on its session's end ends it.

        Raises:
            TooManySockets: the user has as many as they may.
        """
        known = client.identity
        if known is None:
            self._check(len(self._users.get(identity.user, ())), self._config.per_user)
            self._users[identity.user][client] = None
            self._sessions[identity.session][client] = None
        elif (known.user, known.session) != (identity.user, identity.session):
            raise ValueError("a client stays who it is")
        client.identity = identity
        client.is_warned = False

    def unregister(self, client: Client) -> None:
        """Forgets *client*; a second call does nothing."""
        client.is_closed = True
        self.clients.pop(client, None)
        _drop(self._addresses, client.address, client)
        if client.identity is not None:
            _drop(self._users, client.identity.user, client)
            _drop(self._sessions, client.identity.session, client)

    def of_user(self, user: int) -> tuple[Client, ...]:
        return tuple(self._users.get(user, ()))

    def sessions(self) -> list[int]:
        return list(self._sessions)

    def of_session(self, session: int) -> tuple[Client, ...]:
        return tuple(self._sessions.get(session, ()))

    def send(self, notice: Notice, *, ignore: Client | None = None) -> None:
        """Tells every plain client but *ignore* and those who lag."""
        for client in self.clients:
            if client is not ignore and client.dialect == "plain" and not client.lagging:
                client.send(notice)

    def sweep(self) -> None:
        """Closes who is silent, stuck or out of time; meant to run every second."""
        for client in tuple(self.clients):
            reason = self._overdue(client)
            if reason is not None:
                client.close(*reason)

    def _overdue(self, client: Client) -> tuple[CloseCode, str] | None:
        now = self._clock.monotonic()
        if _is_blocked(client) and now - _moved_at(client) >= self._config.stall_timeout:
            return CloseCode.TOO_SLOW, "too slow"
        if client.identity is None:
            late = now - client.opened_at >= self._config.hello_timeout
            return (CloseCode.UNAUTHENTICATED, "hello.late") if late else None
        left = client.identity.expires_at - self._clock.now()
        if left <= timedelta(0):
            return CloseCode.SESSION_ENDED, "token.expired"
        if left <= timedelta(seconds=WARN_SECONDS) and not client.is_warned:
            client.is_warned = True
            if client.dialect == "chat.v1":
                client.send(Expiring(max(1, round(left.total_seconds()))))
        return None

    def _check(self, count: int, cap: int) -> None:
        if self._limited and count >= cap:
            raise TooManySockets("too many sockets", retry_after=WAIT_SECONDS)


def _is_blocked(client: Client) -> bool:
    """It has something to read; a client that waits for the log, and not we for it, has not."""
    return (client.lagging or client.is_full) and client.transport.buffered > 0


def _moved_at(client: Client) -> float:
    return max(client.transport.moved_at, client.lagging_since)


def _drop(index: dict[K, dict[Client, None]], key: K, client: Client) -> None:
    if found := index.get(key):
        found.pop(client, None)
        if not found:
            del index[key]

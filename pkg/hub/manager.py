"""Who is connected to this node."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from datetime import timedelta
from typing import TypeVar

from pkg.clock import Clock
from pkg.hub.client import Client, Identity
from pkg.hub.config import PING_SECONDS, HubConfig
from pkg.hub.errors import CloseCode, TooManyHandshakes, TooManySockets
from pkg.hub.message import Expiring, Notice
from pkg.limiter import Buckets

K = TypeVar("K", bound=Hashable)

PONG_SECONDS = PING_SECONDS  # to answer in
SLEPT_SECONDS = 5.0  # without a sweep: it was this node that was away
WARN_SECONDS = 60
WAIT_SECONDS = 5.0


class ClientManager:
    """The clients of this node, by user, session and address, and their caps.

    Every change is a step of its own between two awaits: there is no queue and no lock. Clients
    stand on a wheel of seconds and are looked at when something of theirs is due, not before: ten
    thousand who are quiet cost a few hundred looks a second and no timer each.
    """

    def __init__(self, config: HubConfig, clock: Clock, *, limited: bool = True) -> None:
        self.clients: dict[Client, None] = {}
        self.now = clock.monotonic()  # as of the last sweep: exact enough for a sign of life
        self._config = config
        self._clock = clock
        self._limited = limited
        self._users: defaultdict[int, dict[Client, None]] = defaultdict(dict)
        self._sessions: defaultdict[int, dict[Client, None]] = defaultdict(dict)
        self._addresses: defaultdict[str, int] = defaultdict(int)
        self._handshakes = Buckets(clock, rate=config.handshakes, burst=config.handshakes)
        self._wheel: defaultdict[int, dict[Client, None]] = defaultdict(dict)
        self._turned_to = int(self.now)
        self._slept = False
        self._stuck: dict[Client, tuple[int, float]] = {}  # what waited, since when

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
        self._check(self._addresses.get(client.address, 0), self._config.per_address)
        self.clients[client] = None
        self._addresses[client.address] += 1
        self._look_at(client, client.opened_at + self._config.hello_timeout)

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
        self._forget_look(client)
        self._look_at(client, self._next_look(client))

    def unregister(self, client: Client) -> bool:
        """Forgets *client*. False: it was forgotten before."""
        client.is_closed = True
        if client not in self.clients:
            return False
        del self.clients[client]
        self._stuck.pop(client, None)
        self._forget_look(client)
        self._addresses[client.address] -= 1
        if not self._addresses[client.address]:
            del self._addresses[client.address]
        if client.identity is not None:
            _drop(self._users, client.identity.user, client)
            _drop(self._sessions, client.identity.session, client)
        return True

    def of_user(self, user: int) -> tuple[Client, ...]:
        return tuple(self._users.get(user, ()))

    def users(self) -> list[int]:
        return list(self._users)

    def sessions(self) -> list[int]:
        return list(self._sessions)

    def of_session(self, session: int) -> tuple[Client, ...]:
        return tuple(self._sessions.get(session, ()))

    def send(self, notice: Notice, *, ignore: Client | None = None) -> None:
        """Tells every plain client but *ignore* and those who lag."""
        for client in self.clients:
            if client is not ignore and client.is_plain and not client.lagging:
                client.send(notice)

    def watch(self, client: Client) -> None:
        """Has an eye on a client with too much waiting: it is closed when none of it goes."""
        self._stuck.setdefault(client, (client.transport.buffered, self._clock.monotonic()))

    def sweep(self) -> None:
        """Closes who is silent, stuck or out of time; meant to run every second."""
        before, self.now = self.now, self._clock.monotonic()
        self._slept = self.now - before > SLEPT_SECONDS
        for client in tuple(self._stuck):
            self._check_stuck(client)
        while self._turned_to <= self.now:
            for client in self._wheel.pop(self._turned_to, ()):
                self._check_due(client)
            self._turned_to += 1

    def _check_stuck(self, client: Client) -> None:
        waiting, (before, since) = client.transport.buffered, self._stuck[client]
        if not waiting and not client.lagging:
            del self._stuck[client]
        elif not waiting or waiting != before:  # it reads: that is a sign of life, too
            self._stuck[client] = waiting, self.now
            client.heard_at = self.now
        elif self.now - since >= self._config.stall_timeout:
            client.close(CloseCode.TOO_SLOW, "too slow", linger=True)
            del self._stuck[client]

    def _check_due(self, client: Client) -> None:
        if client.is_closed:
            return
        if self._slept or client.is_paused:
            client.heard_at = self.now  # what it said meanwhile was not read yet
        reason = self._overdue(client)
        if reason is not None:
            client.close(*reason)
            return
        if client.asked_at <= client.heard_at <= self.now - PING_SECONDS:
            client.asked_at = self.now
            if not client.transport.ping():  # the server asks, and ends who does not answer
                client.heard_at = self.now
        self._look_at(client, self._next_look(client))

    def _overdue(self, client: Client) -> tuple[CloseCode, str] | None:
        if client.identity is None:
            late = self.now - client.opened_at >= self._config.hello_timeout
            return (CloseCode.UNAUTHENTICATED, "hello.late") if late else None
        left = client.identity.expires_at - self._clock.now()
        if left <= timedelta(0):
            return CloseCode.SESSION_ENDED, "token.expired"
        if client.heard_at < client.asked_at <= self.now - PONG_SECONDS:
            return CloseCode.TOO_SLOW, "no pong"
        if left <= timedelta(seconds=WARN_SECONDS) and not client.is_warned:
            client.is_warned = True
            if not client.is_plain:
                client.send(Expiring(max(1, round(left.total_seconds()))))
        return None

    def _next_look(self, client: Client) -> float:
        if client.identity is None:
            return client.opened_at + self._config.hello_timeout
        left = (client.identity.expires_at - self._clock.now()).total_seconds()
        warning = left if client.is_warned else left - WARN_SECONDS
        sign = max(client.heard_at, client.asked_at)
        return min(sign + PING_SECONDS, self.now + max(warning, 0))

    def _look_at(self, client: Client, at: float) -> None:
        client.due_at = max(int(-(-at // 1)), self._turned_to + 1)
        self._wheel[client.due_at][client] = None

    def _forget_look(self, client: Client) -> None:
        if looks := self._wheel.get(client.due_at):
            looks.pop(client, None)

    def _check(self, count: int, cap: int) -> None:
        if self._limited and count >= cap:
            raise TooManySockets("too many sockets", retry_after=WAIT_SECONDS)


def _drop(index: dict[K, dict[Client, None]], key: K, client: Client) -> None:
    if found := index.get(key):
        found.pop(client, None)
        if not found:
            del index[key]

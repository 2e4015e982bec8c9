"""One device at a time, where that is the rule: who comes last stays (close code 4509)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pkg.clock import Clock
from pkg.hub.client import Client, Identity
from pkg.hub.errors import CloseCode
from pkg.hub.manager import ClientManager
from pkg.hub.nodes.envelope import pack, unpack
from pkg.hub.nodes.relay import Relay

KIND = "replaced"
REPLACED = CloseCode.REPLACED, "replaced"
TOGETHER_SECONDS = 1.0  # who came no longer ago may have come after the one that is told of


class Takeover:
    """Finds the sockets of a user's other devices, here, and has other nodes close theirs.

    A device is a session, which may have several sockets. The word to the others is lost where the
    bus is down: a device there stays until the next one comes.
    """

    def __init__(
        self,
        manager: ClientManager,
        relay: Relay,
        clock: Clock,
        close: Callable[[Iterable[Client], int, str], int],
    ) -> None:
        self._manager = manager
        self._relay = relay
        self._clock = clock
        self._close = close
        relay.on(KIND, lambda body: self._hear(*unpack(body, tuple[int, int])))

    def by(self, identity: Identity) -> None:
        """Closes the user's sockets of every other session."""
        self._close(self._others(identity.user, identity.session), *REPLACED)
        self._relay.say(KIND, pack((identity.user, identity.session)))

    def _hear(self, user: int, session: int) -> None:
        yielding = (each for each in self._others(user, session) if self._yields(each, session))
        self._close(yielding, *REPLACED)

    def _others(self, user: int, session: int) -> Iterator[Client]:
        for client in self._manager.of_user(user):
            if client.identity is not None and client.identity.session != session:
                yield client

    def _yields(self, client: Client, session: int) -> bool:
        """Of two devices that come to two nodes at once the one with the younger session stays."""
        age = self._clock.monotonic() - client.opened_at
        is_older = client.identity is not None and client.identity.session < session
        return is_older or age > TOGETHER_SECONDS

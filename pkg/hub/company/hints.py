"""What is said in passing, on every node: never stored, and lost where somebody cannot take it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pkg.hub.client import Client
from pkg.hub.message import Bundle, encode
from pkg.hub.nodes.envelope import pack, unpack
from pkg.hub.nodes.relay import Relay
from pkg.hub.room import Rooms

WHISPER, TELL = "whisper", "users"


class Hints:
    """Words to the members of a room, or to the clients of users, wherever they are."""

    def __init__(
        self, rooms: Rooms, of_user: Callable[[int], Iterable[Client]], relay: Relay
    ) -> None:
        self._rooms = rooms
        self._of_user = of_user
        self._relay = relay
        relay.on(WHISPER, lambda body: self._whisper(*unpack(body, tuple[int, bytes])))
        relay.on(TELL, lambda body: self._tell(*unpack(body, tuple[tuple[int, ...], bytes])))

    def whisper(self, conversation: int, frame: object, *, ignore: Client | None = None) -> None:
        """Tells the members, whichever node they are on, but *ignore*; who lags does without."""
        text = encode(frame)
        self._whisper(conversation, text, ignore)
        self._relay.say(WHISPER, pack((conversation, text)))

    def tell(self, users: Iterable[int], frame: object) -> None:
        """Tells the clients of *users*, whichever node they are on; who lags does without."""
        told, text = tuple(users), encode(frame)
        self._tell(told, text)
        self._relay.say(TELL, pack((told, text)))

    def _whisper(self, conversation: int, text: bytes, ignore: Client | None = None) -> None:
        if room := self._rooms.get(conversation):
            _hint((client for client in tuple(room.members) if client is not ignore), text)

    def _tell(self, users: Iterable[int], text: bytes) -> None:
        _hint((client for user in users for client in self._of_user(user)), text)


def _hint(clients: Iterable[Client], text: bytes) -> None:
    bundle = Bundle((text,))
    for client in clients:
        if client.is_greeted and not (client.is_plain or client.lagging or client.is_closed):
            client.tell(bundle)

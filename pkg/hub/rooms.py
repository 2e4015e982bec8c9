"""The rooms of this node: there is one for a conversation while a client is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pkg.hub.client import Client
from pkg.hub.room import Room


class Rooms:
    """Rooms by conversation; they come with their first client and go with their last."""

    def __init__(self, dirty: Callable[[Room], None]) -> None:
        self._rooms: dict[int, Room] = {}
        self._dirty = dirty

    def __len__(self) -> int:
        return len(self._rooms)

    def get(self, id: int) -> Room | None:
        return self._rooms.get(id)

    def join(self, client: Client, id: int) -> bool:
        """Lets *client* in, unsettled; False: it was there."""
        room = self._rooms.get(id)
        if room is None:
            room = self._rooms[id] = Room(id, dirty=self._dirty)
        return room.join(client)

    def leave(self, client: Client, id: int) -> None:
        """Takes *client* out; a second call does nothing."""
        room = self._rooms.get(id)
        if room is None:
            return
        room.leave(client)
        if not room.members:
            del self._rooms[id]

    def learn(self, tops: Mapping[int, int]) -> None:
        """Takes *tops* from the log where a room knows nothing yet."""
        for id, top in tops.items():
            if room := self._rooms.get(id):
                room.learn(top)

    def tops(self, ids: Iterable[int]) -> dict[int, int]:
        """Answers the top of each room that knows it."""
        rooms = ((id, self._rooms.get(id)) for id in ids)
        return {id: room.top for id, room in rooms if room is not None and room.is_known}

    def known(self) -> dict[int, int]:
        """Answers the top of every room that knows its own."""
        return {room.id: room.top for room in self._rooms.values() if room.is_known}

    def publish(self, id: int, seq: int, frame: Callable[[], bytes]) -> None:
        """Hands a message to its room; where nobody is, its *frame* is not even made."""
        if room := self._rooms.get(id):
            room.publish(seq, frame())

    def behind(self, client: Client) -> Room | None:
        """Answers a room in which *client* is not level."""
        for id, cursor in client.cursors.items():
            room = self._rooms.get(id)
            if room is not None and cursor < room.top:
                return room
        return None

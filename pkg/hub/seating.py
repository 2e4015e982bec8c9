"""Where clients sit: which rooms they are in, and from where on they are told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from pkg.helpers import Together
from pkg.hub.catchup import CatchUp
from pkg.hub.client import UNSETTLED, Client
from pkg.hub.manager import ClientManager
from pkg.hub.nodes.relay import Relay
from pkg.hub.room import Room, Rooms
from pkg.hub.store import MessageStore

NOTHING: Mapping[int, int] = {}


class Seating:
    """Puts clients into rooms, and takes them out.

    A client is in a room first and asks for its top after, so nothing falls between; until it is
    settled it is told nothing. *greeted* is called with each client that is.
    """

    def __init__(
        self,
        store: MessageStore,
        rooms: Rooms,
        manager: ClientManager,
        relay: Relay,
        catch_up: CatchUp,
    ) -> None:
        self.greeted: Callable[[Client], None] = lambda _: None
        self._tops = Together(store.tops)
        self._rooms = rooms
        self._manager = manager
        self._relay = relay
        self._catch_up = catch_up

    async def enter(
        self, client: Client, conversations: Collection[int], have: Mapping[int, int] = NOTHING
    ) -> Mapping[int, int]:
        """Puts *client* into rooms and answers how far their logs go. Then `settle` it.

        The log is asked where a room knows nothing yet, or less than the client says it *has*: what
        else a room does not know will come to it. The client is in before that, so nothing falls
        between; until settled it is told nothing. Where the log is away it comes into none.

        Raises:
            Unavailable: the log is asked, and away.
        """
        if client.is_closed:  # while somebody found out where it belongs
            return NOTHING
        came = [id for id in conversations if self._rooms.join(client, id)]
        client.declined -= {*conversations}
        tops = self._rooms.tops(conversations)
        unknown = [id for id in conversations if tops.get(id, -1) < have.get(id, 0)]
        if not unknown:
            return tops
        try:
            asked = await self._tops.get(unknown)
        except BaseException:
            for id in came:
                self._rooms.leave(client, id)
            raise
        self._relay.learn(asked)
        return self._rooms.tops(set(conversations) - asked.keys()) | asked

    def settle(
        self, client: Client, cursors: Mapping[int, int | None], tops: Mapping[int, int]
    ) -> None:
        """Sets where *client* stands, and sends on from there.

        A cursor of None means from the top on. One above the top belongs to a longer log than
        this: it gets a gap.
        """
        if client.is_closed:
            return
        client.is_greeted = True
        self.greeted(client)
        for id, given in cursors.items():
            if id in client.cursors and (room := self._rooms.get(id)):
                self._place(client, room, given, tops.get(id, 0))
        for id, cursor in client.cursors.items():
            if cursor == UNSETTLED:  # made while it was being greeted: all of it is news
                client.cursors[id] = 0
        if self._rooms.behind(client):
            self.heal(client)

    def reset(self, client: Client, have: Mapping[int, int], tops: Mapping[int, int]) -> None:
        """Tells *client*, whose cursors belong to another epoch, that it knows nothing here."""
        for id, cursor in have.items():
            top = tops.get(id, 0)
            client.send(self._catch_up.gap(id, cursor, top + 1, top))

    def admit(self, conversation: int, users: Iterable[int], *, after: int = 0) -> bool:
        """Lets the open clients of *users* into a conversation that was made since they came.

        They get what comes after the seq *after*. Who is in already, or unsubscribed, stays so.
        False: nobody came in.
        """
        came = False
        for client in (each for user in users for each in self._manager.of_user(user)):
            if conversation in client.declined or not self._rooms.join(client, conversation):
                continue
            came = True
            if client.is_greeted:  # else its own greeting settles it
                client.cursors[conversation] = after
        if came:  # a room that knows how far it goes is compared with the log, bus or no bus
            self._relay.learn({conversation: after})
        return came

    def introduce(self, conversation: int, users: Iterable[int]) -> None:
        """Does as `admit` for a conversation that another node has just made.

        It was made for something to be said: that is on its way, or was said before this node
        heard of it and is read from the log.
        """
        if not self.admit(conversation, users):
            return
        self._relay.intake.want(conversation, 1)
        if room := self._rooms.get(conversation):
            for client in tuple(room.members):
                if client.cursors[conversation] < room.top:
                    self.heal(client)

    def leave(self, client: Client, conversation: int) -> None:
        """Takes *client* out of a room it is in; nobody but itself puts it back."""
        if conversation in client.cursors:
            client.declined |= {conversation}
            self._rooms.leave(client, conversation)

    def crowd(self, conversation: int) -> int:
        """How many clients of this node are in a conversation."""
        room = self._rooms.get(conversation)
        return len(room.members) if room else 0

    def heal(self, client: Client) -> None:
        """Has *client* brought level, and an eye kept on whether it takes anything."""
        self._catch_up.start(client)
        self._manager.watch(client)

    def _place(self, client: Client, room: Room, given: int | None, top: int) -> None:
        if given is None:
            given = min(client.cursors[room.id], top)  # one that has a cursor keeps it
        highest = max(top, room.top)
        if given > highest:
            client.send(self._catch_up.gap(room.id, given, highest + 1, highest))
        client.cursors[room.id] = min(given, highest)

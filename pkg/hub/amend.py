"""A message that was changed: its room is told, and forgets how it was."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

import msgspec

from pkg.hub.client import Client
from pkg.hub.errors import CloseCode
from pkg.hub.message import Bundle, Message, encode
from pkg.hub.room import SLICE, Room, Rooms
from pkg.hub.store import MessageStore

REMEMBERED = 4096  # changes of which this node knows that it has told them


class Edited(msgspec.Struct, frozen=True, tag="edit", tag_field="type"):
    """The message *seq* says something else now; of what one hears, the highest rev counts."""

    conversation: str
    seq: int
    rev: int
    content: str


class Recalled(msgspec.Struct, frozen=True, tag="recall", tag_field="type"):
    """The message *seq* says nothing any more."""

    conversation: str
    seq: int
    rev: int


def amendment(message: Message) -> Edited | Recalled:
    """Answers the frame that tells how *message* is now."""
    where = message.conversation, message.seq, message.rev
    return Recalled(*where) if message.recalled else Edited(*where, message.content)


class Amender:
    """Tells members of changed messages, and keeps what rooms hold of the log as the log is.

    Unlike a hint a change reaches those who lag, too. It has no seq: it may come before the message
    itself, and to a client that has the message as it is now.
    """

    def __init__(self, store: MessageStore, rooms: Rooms, *, most: int) -> None:
        """*most*: bytes that may wait for a client that lags, before it has to come back."""
        self._store = store
        self._rooms = rooms
        self._most = most
        self._told: OrderedDict[tuple[int, int], int] = OrderedDict()

    async def amend(self, conversation: int, seq: int) -> None:
        """Reads the message *seq* as it is now and tells the members here, once for each rev.

        Raises:
            Unavailable: the store is away.
        """
        if self._rooms.get(conversation) is None:
            return
        found = await self._store.range(conversation, seq - 1, 1)
        room = self._rooms.get(conversation)
        if room is None or not found or found[0].seq != seq or not self._is_news(room, found[0]):
            return
        room.amend(seq, encode(found[0]))
        bundle = Bundle((encode(amendment(found[0])),))
        for number, client in enumerate(tuple(room.members), start=1):
            self._tell(client, bundle)
            if number % SLICE == 0:
                await asyncio.sleep(0)

    def doubt(self) -> None:
        """Forgets what rooms hold: something may have been changed that nobody told this node."""
        for room in self._rooms:
            room.doubt()

    def _is_news(self, room: Room, message: Message) -> bool:
        key = room.id, message.seq
        if self._told.get(key, 0) >= message.rev:
            return False
        self._told[key] = message.rev
        self._told.move_to_end(key)
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return True

    def _tell(self, client: Client, bundle: Bundle) -> None:
        if client.is_plain or client.is_closed or not client.is_greeted:
            return
        if client.lagging and client.transport.buffered > self._most:
            client.close(CloseCode.TOO_SLOW, "too slow")
        else:
            client.tell(bundle)

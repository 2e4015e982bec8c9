"""Following conversations, and asking for what was missed."""

from __future__ import annotations

from app.actions.chat.find_membership import find_membership
from app.errors import NotFound
from app.ws import frames
from app.ws.socket import Socket
from pkg.hub import Run, bundled, conversation_address, read_address


async def sync(socket: Socket, frame: frames.Sync) -> frames.Synced:
    """Sends messages again, whatever the socket was sent already."""
    id = conversation(frame.conversation)
    await find_membership(socket.services, user_id=socket.user_id, conversation_id=id)
    gap, run = await socket.hub.history(id, frame.after, frame.limit + 1)
    if gap is not None:
        socket.client.send(gap)
    wanted = run.bundle.texts[: frame.limit]
    await _send(socket, Run(id, run.first, wanted))
    to = run.first + len(wanted) - 1
    more = len(run.bundle.texts) > frame.limit
    return frames.Synced(conversation_address(id), frame.after, to, more)


async def subscribe(socket: Socket, frame: frames.Subscribe) -> frames.Subscribed:
    """Puts the client in a room, from a seq on or from now on."""
    id = conversation(frame.conversation)
    await find_membership(socket.services, user_id=socket.user_id, conversation_id=id)
    have = {} if frame.after is None else {id: frame.after}
    tops = await socket.hub.seating.enter(socket.client, [id], have)
    socket.hub.seating.settle(socket.client, {id: frame.after}, tops)
    return frames.Subscribed(conversation_address(id), tops.get(id, 0))


async def unsubscribe(socket: Socket, frame: frames.Unsubscribe) -> frames.Unsubscribed:
    """Takes the client out of a room; asking for one it is not in changes nothing."""
    id = conversation(frame.conversation)
    socket.hub.seating.leave(socket.client, id)
    return frames.Unsubscribed(conversation_address(id))


def conversation(text: str) -> int:
    """Reads the address of a conversation.

    Raises:
        NotFound: it is none.
    """
    address = read_address(text)
    if address is None or address[0] != "c":
        raise NotFound("no such conversation")
    return address[1]


async def _send(socket: Socket, run: Run) -> None:
    """Sends at the pace of the reader: what is asked for is bounded like what is pushed."""
    for bundle in bundled(run.bundle.texts):
        await socket.client.transport.drained()
        socket.client.tell(bundle)

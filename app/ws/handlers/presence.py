"""Who is here, and who is typing."""

from __future__ import annotations

from app.actions.chat.check_speaker import check_speaker
from app.actions.chat.find_presence import watch_presence
from app.ws import frames
from app.ws.handlers.follow import conversation
from app.ws.socket import Socket
from pkg.hub import Presences, State, read_address


async def watch(socket: Socket, frame: frames.Watch) -> None:
    """Has the client told of these users from now on, and of nobody else, and tells how they are.

    What names nobody reads as offline, like whoever is not the client's to know of.
    """
    named = {name: _user(name) for name in frame.users}
    users = {user for user in named.values() if user is not None}
    states = await watch_presence(
        socket.services, client=socket.client, user_id=socket.user_id, users=users
    )
    told: dict[str, State] = {
        name: "online" if user is not None and states[user] else "offline"
        for name, user in named.items()
    }
    socket.client.send(Presences(told))


async def typing(socket: Socket, frame: frames.Typing) -> None:
    """Tells the other members that the user types, or does no more."""
    id, typists = conversation(frame.conversation), socket.services.company.typists
    if not frame.on:
        typists.end(socket.client, id)
        return
    await check_speaker(socket.services, user_id=socket.user_id, conversation_id=id)
    typists.begin(socket.client, id)


def _user(name: str) -> int | None:
    address = read_address(name)
    return address[1] if address is not None and address[0] == "u" else None

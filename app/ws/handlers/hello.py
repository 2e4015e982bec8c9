"""Coming in, staying in, and asking whether anybody is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.actions.chat.find_places import find_places
from app.errors import Forbidden, Unauthenticated
from app.providers.places import Place
from app.ws import frames
from app.ws.socket import Socket
from pkg.helpers import stamp
from pkg.hub import PING_SECONDS, Identity, conversation_address, read_address, user_address


async def hello(socket: Socket, frame: frames.Hello) -> None:
    """Lets the client into its conversations, welcomes it, and sends on from where it was."""
    if frame.token:
        await _prove(socket, frame.token)
    client, hub = socket.client, socket.hub
    client.device = frame.device
    if client.identity is None:
        raise Unauthenticated("a hello without a token")
    places = await find_places(socket.services, session_id=client.identity.session)
    ids = [place.id for place in places]
    have = _resumed(frame, ids) if frame.resume else {}
    tops = await hub.seating.enter(client, ids, have)
    if client.is_closed:  # meanwhile, with its session
        return
    if client.dialect == "chat.v1":
        client.send(_welcome(socket, client.identity, places, tops))
    if frame.epoch and frame.epoch != hub.epoch:
        hub.seating.reset(client, have, tops)
        have = {}
    hub.seating.settle(client, {id: have.get(id) for id in tops}, tops)
    if client.dialect == "plain":
        hub.notice("A new socket has connected.", ignore=client)


async def renew(socket: Socket, frame: frames.Renew) -> frames.Renewed:
    """Takes a newer token of the same session: the client stays who it is, for longer."""
    identity = await _prove(socket, frame.token)
    return frames.Renewed(stamp(identity.expires_at))


def ping(socket: Socket, frame: frames.Ping) -> frames.Pong:
    return frames.Pong(frame.t)


async def _prove(socket: Socket, token: str) -> Identity:
    principal = await socket.services.auth.by_token(token)
    known = socket.client.identity
    if known is not None and known.session != principal.session_id:
        raise Forbidden("a token of another session")
    return socket.identify(principal)


def _welcome(
    socket: Socket, identity: Identity, places: list[Place], tops: Mapping[int, int]
) -> frames.Welcome:
    return frames.Welcome(
        v=1,
        session=str(identity.session),
        user=user_address(identity.user),
        node=socket.hub.node,
        epoch=socket.hub.epoch,
        ping=PING_SECONDS,
        max_size=socket.hub.config.max_size,
        conversations=[
            frames.Place(
                id=conversation_address(place.id),
                seq=tops.get(place.id, 0),
                read=place.read_seq,
                peer=user_address(place.peer_id) if place.peer_id else None,
                peer_delivered=place.peer_delivered,
                peer_read=place.peer_read,
            )
            for place in places
        ],
    )


def _resumed(frame: frames.Hello, ids: Collection[int]) -> dict[int, int]:
    """Answers the cursors of conversations that are the client's; others are not its business."""
    found, theirs = ((read_address(name), seq) for name, seq in frame.resume.items()), set(ids)
    return {
        address[1]: seq
        for address, seq in found
        if address is not None and address[0] == "c" and address[1] in theirs
    }

"""Speaking, and telling how far one has read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.actions.chat.mark_read import mark_read
from app.actions.chat.post_message import Said, submit_message
from app.requests.chat import PostMessage
from app.ws import frames
from app.ws.handlers.follow import conversation
from app.ws.socket import Socket
from pkg.hub import user_address
from pkg.validation import Invalid, parse

WIRE: Final = {"conversation": "recipient"}


async def post(socket: Socket, frame: frames.PostMessage) -> None:
    """Queues a message; its ack follows the commit, and the next frame is read meanwhile."""
    given = {
        "conversation": frame.recipient,
        "id": frame.id,
        "content": frame.content,
        "content_type": frame.content_type,
        "reply_to": frame.reply_to,
    }
    form = _parsed(given)
    said = Said(form.content, form.id, form.kind, form.reply_to)
    acked = await submit_message(
        socket.services, sender_id=socket.user_id, recipient=form.conversation, said=said
    )
    socket.answer_later(acked, form.id)


async def read(socket: Socket, frame: frames.Read) -> None:
    """Notes how far the user has read, and tells all their devices."""
    user_id = socket.user_id
    seq = await mark_read(
        socket.services,
        user_id=user_id,
        conversation_id=conversation(frame.conversation),
        seq=frame.seq,
    )
    receipt = frames.Receipt(frame.conversation, user_address(user_id), seq)
    for client in socket.hub.manager.of_user(user_id):
        if client.is_greeted and client.dialect == "chat.v1":
            client.send(receipt)


def _parsed(given: Mapping[str, object]) -> PostMessage:
    """Reads the form that HTTP takes, and names its faults as the frame names its fields."""
    try:
        return parse(PostMessage, given)
    except Invalid as exc:
        faults = {WIRE.get(name, name): found for name, found in exc.faults.items()}
    raise Invalid(faults)

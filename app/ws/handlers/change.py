"""Saying something otherwise, or taking it back."""

from __future__ import annotations

from app.actions.chat.change_message import Changed, edit_message, recall_message
from app.requests.chat import EditMessage
from app.ws import frames
from app.ws.handlers.follow import conversation
from app.ws.socket import Socket
from pkg.hub import amendment
from pkg.validation import parse


async def edit(socket: Socket, frame: frames.Edit) -> None:
    """Changes a message; whoever is in the conversation is told how it is now, the sender too."""
    id = conversation(frame.conversation)
    given = {"conversation": frame.conversation, "seq": frame.seq, "content": frame.content}
    form = parse(EditMessage, given)
    changed = await edit_message(
        socket.services,
        user_id=socket.user_id,
        conversation_id=id,
        seq=form.seq,
        content=form.content,
    )
    _answer(socket, id, changed)


async def recall(socket: Socket, frame: frames.Recall) -> None:
    """Takes a message back; whoever is in the conversation is told, the sender too."""
    id = conversation(frame.conversation)
    changed = await recall_message(
        socket.services, user_id=socket.user_id, conversation_id=id, seq=frame.seq
    )
    _answer(socket, id, changed)


def _answer(socket: Socket, conversation: int, changed: Changed) -> None:
    """Tells the client itself where the room does not."""
    if not changed.is_fresh or conversation not in socket.client.cursors:
        socket.client.send(amendment(changed.message))

"""Speaking."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Final

from app.actions.chat.post_message import Said, submit_message
from app.requests.chat import PostMessage
from app.ws import frames
from app.ws.socket import Socket
from pkg.validation import Invalid, parse

WIRE: Final = {"conversation": "recipient"}


def post(socket: Socket, frame: frames.PostMessage) -> Coroutine[None, None, None] | None:
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
    return submit_message(
        socket.services,
        sender_id=socket.user_id,
        recipient=form.conversation,
        said=said,
        submit=socket.submit,
    )


def _parsed(given: Mapping[str, object]) -> PostMessage:
    """Reads the form that HTTP takes, and names its faults as the frame names its fields."""
    try:
        return parse(PostMessage, given)
    except Invalid as exc:
        faults = {WIRE.get(name, name): found for name, found in exc.faults.items()}
    raise Invalid(faults)

"""Speaking."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Final

from app.actions.chat.post_message import Said, submit_message
from app.models import LOBBY_ID
from app.requests.chat import REF, PostMessage
from app.ws import frames
from app.ws.socket import Socket
from pkg.hub import conversation_address, read_address
from pkg.validation import CONTENT, Invalid, parse

LOBBY: Final = conversation_address(LOBBY_ID)
WIRE: Final = {"conversation": "recipient"}


def post(socket: Socket, frame: frames.PostMessage) -> Coroutine[None, None, None] | None:
    """Queues a message; its ack follows the commit, and the next frame is read meanwhile."""
    to, said = read(frame)
    return submit_message(
        socket.services, sender_id=socket.user_id, recipient=to, said=said, submit=socket.submit
    )


def read(frame: frames.PostMessage) -> tuple[str, Said]:
    """Answers the recipient's address, and what is said to them.

    By the form that HTTP takes; what is plainly right goes by it, to the same end.

    Raises:
        Invalid: with every fault, named as the frame names its fields.
    """
    content, ref, to = frame.content, frame.id, frame.recipient
    is_plain = frame.content_type == "text" and frame.reply_to is None
    if is_plain and CONTENT.passes(content) and (ref is None or REF.passes(ref)):
        if to == "":
            return LOBBY, Said(content, ref)
        if isinstance(to, str) and read_address(to) is not None:
            return to, Said(content, ref)
    form = _parsed(frame)
    return form.conversation, Said(form.content, form.id, form.kind, form.reply_to)


def _parsed(frame: frames.PostMessage) -> PostMessage:
    given = {
        "conversation": frame.recipient,
        "id": frame.id,
        "content": frame.content,
        "content_type": frame.content_type,
        "reply_to": frame.reply_to,
    }
    try:
        return parse(PostMessage, given)
    except Invalid as exc:
        faults = {WIRE.get(name, name): found for name, found in exc.faults.items()}
    raise Invalid(faults)

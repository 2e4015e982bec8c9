"""Speaking."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Final

from app.actions.chat.post_message import Said, submit_message
from app.requests.chat import PostMessage
from app.ws import frames
from app.ws.socket import Socket
from pkg.errors import Error
from pkg.hub import Ack
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
    acked: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
    waiting = submit_message(
        socket.services,
        sender_id=socket.user_id,
        recipient=form.conversation,
        said=said,
        told=partial(_tell, acked),
    )
    if waiting is not None:
        await waiting
    socket.answer_later(acked, form.id)


def _tell(acked: asyncio.Future[Ack], outcome: Ack | Error) -> None:
    if isinstance(outcome, Error):
        acked.set_exception(outcome)
    else:
        acked.set_result(outcome)


def _parsed(given: Mapping[str, object]) -> PostMessage:
    """Reads the form that HTTP takes, and names its faults as the frame names its fields."""
    try:
        return parse(PostMessage, given)
    except Invalid as exc:
        faults = {WIRE.get(name, name): found for name, found in exc.faults.items()}
    raise Invalid(faults)

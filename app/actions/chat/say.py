"""What an operator says, heard on every node."""

from __future__ import annotations

import uuid

from app.actions.chat.post_message import Said, post_message
from app.container import Services
from app.errors import NotFound
from app.providers.listeners import GROWN
from pkg.hub import SYSTEM, Ack, Draft, read_address


async def say(services: Services, *, recipient: str, content: str, sender_id: int | None) -> Ack:
    """Stores *content* for *recipient* and wakes every node for it, whichever process this is.

    Without a *sender_id* it is said by the system itself, which may speak in every conversation
    that there is. A user says it as if they had typed it: where they may not speak it is refused.

    Raises:
        NotFound: there is nothing by that address that the sender may know of.
        Muted: the sender may not speak there for now.
        MessageRefused, ConversationGone: it cannot be stored.
        Unavailable: the store is away or busy.
    """
    if sender_id is None:
        ack = await services.hub.post(_draft(recipient, content))
    else:
        said = Said(content)
        ack = await post_message(services, sender_id=sender_id, recipient=recipient, said=said)
    conversation = ack.message.conversation.removeprefix("c:")
    await services.signals.tell(GROWN, f"{conversation}:{ack.message.seq}")
    return ack


def _draft(recipient: str, content: str) -> Draft:
    address = read_address(recipient)
    if address is None or address[0] != "c":
        raise NotFound("the system talks to conversations")
    return Draft(address[1], SYSTEM, str(uuid.uuid4()), content)

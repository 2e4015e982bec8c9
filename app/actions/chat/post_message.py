"""The one door for messages: HTTP, socket and console enter here."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field

from app.actions.chat.find_membership import find_membership
from app.actions.chat.open_direct import open_direct
from app.container import Services
from app.errors import Muted, NotFound
from app.policies.conversation import can_post
from pkg.hub import Ack, Draft, read_address


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says. *ref* is their own id for it: sent again under it, it is stored once."""

    content: str = field(repr=False)
    ref: str | None = None
    content_type: str | None = None  # None: plain text
    reply_to: int | None = None


async def post_message(services: Services, *, sender_id: int, recipient: str, said: Said) -> Ack:
    """Stores what the user says to *recipient*, `c:7` or `u:42`, and answers once it is committed.

    Raises:
        NotFound: there is nothing by that address that the sender may know of.
        Muted: the sender may not speak there for now.
        IdReused: the ref stands for something else they said there.
        MessageRefused, ConversationGone: it cannot be stored.
        Unavailable: the store is away or busy; the same call may work later.
    """
    return await (
        await submit_message(services, sender_id=sender_id, recipient=recipient, said=said)
    )


async def submit_message(
    services: Services, *, sender_id: int, recipient: str, said: Said
) -> asyncio.Future[Ack]:
    """Does as `post_message`, but answers as soon as the message has its place in the queue.

    A sender who awaits one call before the next is stored in the order of the calls, without
    waiting for a commit in between.
    """
    conversation_id = await _conversation(services, sender_id, recipient)
    member = await find_membership(services, user_id=sender_id, conversation_id=conversation_id)
    if not can_post(member, services.clock.now()):
        raise Muted("muted for now")
    return services.hub.acked(
        Draft(
            conversation=conversation_id,
            sender=sender_id,
            ref=said.ref or str(uuid.uuid4()),
            content=said.content,
            content_type=said.content_type,
            reply_to=said.reply_to,
        )
    )


async def _conversation(services: Services, sender_id: int, recipient: str) -> int:
    address = read_address(recipient)
    if address is None:
        raise NotFound("no address")
    kind, id = address
    return id if kind == "c" else await open_direct(services, user_id=sender_id, other_id=id)

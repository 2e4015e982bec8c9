"""The one door for messages: HTTP, socket and console enter here."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import NamedTuple

from app.actions.chat.open_direct import open_direct
from app.container import Services
from app.errors import Muted, NotFound
from app.policies.conversation import can_post
from app.providers.members import Standing
from pkg.helpers import fresh_uuid
from pkg.hub import Ack, Draft, read_address


class Said(NamedTuple):
    """What somebody says. *ref* is their own id for it: sent again under it, it is stored once."""

    content: str
    ref: str | None = None
    content_type: str | None = None  # None: plain text
    reply_to: int | None = None

    def __repr__(self) -> str:  # what people say belongs in no log
        return f"Said(ref={self.ref!r})"


async def post_message(services: Services, *, sender_id: int, recipient: str, said: Said) -> Ack:
    """Stores what the user says to *recipient*, `c:7` or `u:42`, and answers once it is committed.

    Raises:
        NotFound: there is nothing by that address that the sender may know of.
        Muted: the sender may not speak there for now.
        IdReused: the ref stands for something else they said there.
        MessageRefused, ConversationGone: it cannot be stored.
        Unavailable: the store is away or busy; the same call may work later.
    """
    standing = services.members.standing(sender_id, recipient)
    if standing is None:
        standing = await _stand(services, sender_id, recipient)
    return await services.hub.post(_draft(services, sender_id, standing, said))


def submit_message(
    services: Services,
    *,
    sender_id: int,
    recipient: str,
    said: Said,
    submit: Callable[[Draft], None],
) -> Coroutine[None, None, None] | None:
    """Gives the message its place in the queue, by *submit*.

    None: it has its place. Where the database must be asked first, it has when the answer has been
    awaited; a sender's next message comes after that, or it may overtake this one.

    Raises:
        NotFound, Muted, Unavailable: as `post_message`, here or when it is awaited.
    """
    standing = services.members.standing(sender_id, recipient)
    if standing is None:
        return _submit(services, sender_id, recipient, said, submit)
    submit(_draft(services, sender_id, standing, said))
    return None


async def _submit(
    services: Services,
    sender_id: int,
    recipient: str,
    said: Said,
    submit: Callable[[Draft], None],
) -> None:
    standing = await _stand(services, sender_id, recipient)
    submit(_draft(services, sender_id, standing, said))


def _draft(services: Services, sender_id: int, standing: Standing, said: Said) -> Draft:
    until = standing.muted_until
    if until and not can_post(until, services.clock.now()):
        raise Muted("muted for now")
    return Draft(
        conversation=standing.conversation,
        sender=sender_id,
        ref=said.ref or fresh_uuid(),
        content=said.content,
        content_type=said.content_type,
        reply_to=said.reply_to,
    )


async def _stand(services: Services, sender_id: int, recipient: str) -> Standing:
    found = await services.members.load(sender_id, recipient)
    if found is None:
        address = read_address(recipient)
        if address is not None and address[0] == "u":
            await open_direct(services, user_id=sender_id, other_id=address[1])
            found = await services.members.load(sender_id, recipient)
    if found is None:
        raise NotFound("nothing the sender may know of")
    # News to this node, so perhaps to clients that came before it was made.
    services.hub.seating.admit(found.conversation, found.users, after=found.top)
    return found

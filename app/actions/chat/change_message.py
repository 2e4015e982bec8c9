"""Taking back what one said, or saying it otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions.chat.check_speaker import check_speaker
from app.actions.chat.find_membership import find_membership
from app.container import Services
from app.errors import Forbidden, MessageClosed, MessageRecalled, NotFound
from app.policies.message import can_change, is_open
from app.providers.changes import Said
from app.providers.listeners import AMENDED
from pkg.hub import Message


@dataclass(frozen=True, slots=True)
class Changed:
    """The message as it is now; *is_fresh* unless it was so already."""

    message: Message
    is_fresh: bool


async def edit_message(
    services: Services, *, user_id: int, conversation_id: int, seq: int, content: str
) -> Changed:
    """Has the message *seq* say *content*, for everybody who has it or will read it.

    Sent again it changes nothing: a client without an answer may repeat it.

    Raises:
        NotFound: there is no such message, or not for them.
        Muted: they may not speak there for now.
        Forbidden: somebody else said it.
        MessageRecalled, MessageClosed: it cannot be changed any more.
    """
    await check_speaker(services, user_id=user_id, conversation_id=conversation_id)
    async with services.database.transaction():
        said = await _own(services, user_id, conversation_id, seq)
        if said.is_recalled:
            raise MessageRecalled("it was recalled")
        is_fresh = said.content != content
        if is_fresh:
            _check_window(services, said)
            await services.changes.edit(conversation_id, seq, content)
            await services.signals.tell(AMENDED, f"{conversation_id}:{seq}")
    return await _told(services, conversation_id, seq, is_fresh=is_fresh)


async def recall_message(
    services: Services, *, user_id: int, conversation_id: int, seq: int
) -> Changed:
    """Takes the message *seq* back: it keeps its place and loses its content, everywhere.

    Raises:
        NotFound: there is no such message, or not for them.
        Forbidden: somebody else said it.
        MessageClosed: it is too late.
    """
    await find_membership(services, user_id=user_id, conversation_id=conversation_id)
    async with services.database.transaction():
        said = await _own(services, user_id, conversation_id, seq)
        if not said.is_recalled:
            _check_window(services, said)
            await services.changes.recall(conversation_id, seq)
            await services.signals.tell(AMENDED, f"{conversation_id}:{seq}")
    return await _told(services, conversation_id, seq, is_fresh=not said.is_recalled)


async def _own(services: Services, user_id: int, conversation_id: int, seq: int) -> Said:
    said = await services.changes.lock(conversation_id, seq)
    if said is None:
        raise NotFound("no such message")
    if not can_change(user_id, said.sender):
        raise Forbidden("somebody else said it")
    return said


def _check_window(services: Services, said: Said) -> None:
    if not is_open(said.at, services.clock.now(), window=services.settings.hub.edit_window):
        raise MessageClosed("it was said too long ago")


async def _told(services: Services, conversation_id: int, seq: int, *, is_fresh: bool) -> Changed:
    """Tells the clients of this node at once; the others hear of it by the signal."""
    if is_fresh:
        await services.hub.amender.amend(conversation_id, seq)
    (message,) = await services.messages.range(conversation_id, seq - 1, 1)
    return Changed(message, is_fresh)

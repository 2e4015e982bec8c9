"""A message over HTTP: the very object that the socket sends."""

from __future__ import annotations

from typing import Literal, NotRequired, cast

from typing_extensions import TypedDict

from pkg.hub import Message, as_object


class MessageCard(TypedDict):
    """A stored message. What is absent has its usual value: plain text, and no reply."""

    type: Literal["message"]
    sender: str
    recipient: str
    content: str
    conversation: str
    seq: int
    id: str
    at: str
    content_type: NotRequired[str]
    reply_to: NotRequired[int]


def message_card(message: Message) -> MessageCard:
    """Answers *message* as it stands in a frame."""
    return cast(MessageCard, as_object(message))

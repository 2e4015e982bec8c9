"""A message over HTTP: the very object that the socket sends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NotRequired, cast

from typing_extensions import TypedDict

from pkg.hub import Message, as_object
from pkg.paginator import with_query


class MessageCard(TypedDict):
    """A stored message. What is absent has its usual value: plain text, no reply, never changed."""

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
    rev: NotRequired[int]
    recalled: NotRequired[bool]


def onward(path: str, cards: Sequence[MessageCard], *, newer: bool, limit: int) -> str:
    """Answers the value of `Link` (RFC 8288) that leads on from *cards*; "" where there are none.

    A seq is the cursor: what goes on stands before the first or, *newer*, after the last.
    """
    if not cards:
        return ""
    rel, name, card = ("next", "after", cards[-1]) if newer else ("prev", "before", cards[0])
    target = with_query(path, **{name: card["seq"], "limit": limit})
    return f'<{target}>; rel="{rel}"'


def message_card(message: Message) -> MessageCard:
    """Answers *message* as it stands in a frame."""
    return cast(MessageCard, as_object(message))

"""Who is here, and how far somebody has read, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from typing_extensions import TypedDict

from pkg.hub import conversation_address, user_address


class PresenceCard(TypedDict):
    """The state of each user that was asked for."""

    users: dict[str, Literal["online", "offline"]]


class ReadCard(TypedDict):
    """How far the caller has read, and how many messages lie beyond."""

    conversation: str
    read: int
    unread: int


def presence_card(states: Mapping[int, bool]) -> PresenceCard:
    """Answers *states* as they stand in a frame."""
    return {
        "users": {
            user_address(user): "online" if here else "offline" for user, here in states.items()
        }
    }


def read_card(conversation_id: int, *, read_seq: int, unread: int) -> ReadCard:
    """Answers where somebody stands in a conversation."""
    return {
        "conversation": conversation_address(conversation_id),
        "read": read_seq,
        "unread": unread,
    }

"""Forms of chat; HTTP and socket parse what is said by the same one."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema, model_validator

from app.models import LOBBY_ID
from pkg.hub import MAX_WATCHED, conversation_address, read_address
from pkg.validation import Content, ConversationId, Limit, Seq, Text, UserId, fault

BARE = re.compile(r"[1-9][0-9]{0,18}")


def recipient(value: object) -> str:
    """Answers an address, `c:7` or `u:42`; "" is the lobby, and digits alone a conversation."""
    if not isinstance(value, str):
        raise fault("type")
    address = f"c:{value}" if BARE.fullmatch(value) else value or conversation_address(LOBBY_ID)
    if read_address(address) is None:
        raise fault("id")
    return address


Recipient = Annotated[
    str,
    BeforeValidator(recipient),
    WithJsonSchema({"type": "string", "pattern": "^(([cu]:)?[1-9][0-9]{0,18})?$"}),
]
REF = Text(64)
Ref = Annotated[str, REF]


class PostMessage(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /conversations/{conversation}/messages`, and of the frame `message`."""

    conversation: Recipient
    id: Ref | None = None  # the client's own, a uuid for choice: sent again, it is stored once
    content: Content = Field(repr=False)
    content_type: Literal["text"] = "text"
    reply_to: Seq | None = None

    @property
    def kind(self) -> str | None:
        """The content's type, None for what needs none to be told."""
        return None if self.content_type == "text" else self.content_type


class EditMessage(BaseModel, frozen=True, extra="forbid"):
    """The form of `PATCH /conversations/{conversation}/messages/{seq}`, and of the frame `edit`."""

    conversation: ConversationId
    seq: Seq
    content: Content = Field(repr=False)


class OneMessage(BaseModel, frozen=True, extra="forbid"):
    """The form of `DELETE /conversations/{conversation}/messages/{seq}`."""

    conversation: ConversationId
    seq: Seq


class MarkRead(BaseModel, frozen=True, extra="forbid"):
    """The form of `POST /conversations/{conversation}/read`."""

    conversation: ConversationId
    seq: Seq


def parts(value: object) -> list[str]:
    """Reads a list with commas."""
    if not isinstance(value, str):
        raise fault("type")
    return value.split(",")


Users = Annotated[
    list[UserId],
    BeforeValidator(parts),
    Field(max_length=MAX_WATCHED),
    WithJsonSchema(
        {"type": "string", "pattern": "^(u:)?[1-9][0-9]{0,18}(,(u:)?[1-9][0-9]{0,18})*$"}
    ),
]


class ListPresence(BaseModel, frozen=True, extra="forbid"):
    """The query of `GET /presence`: whose state is asked for, with commas."""

    users: Users


class ListMessages(BaseModel, frozen=True, extra="forbid"):
    """The query of `GET /conversations/{conversation}/messages`: at most one of the three seqs."""

    conversation: ConversationId
    before: Seq | None = None
    after: Seq | None = None
    around: Seq | None = None
    limit: Limit = 50

    @model_validator(mode="after")
    def _one(self) -> ListMessages:
        if sum(seq is not None for seq in (self.before, self.after, self.around)) > 1:
            raise fault("one_of")
        return self

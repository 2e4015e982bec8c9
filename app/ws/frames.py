"""Frames of `chat.v1`. Unknown fields are ignored; messages, gaps and such come from `pkg.hub`."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from pkg.hub import MAX_WATCHED

Seq = Annotated[int, Meta(ge=0, lt=2**53)]
Name = Annotated[str, Meta(max_length=64)]


class In(msgspec.Struct, frozen=True):
    """What a client sends; `type` has been read by then."""


class Out(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    """What the server answers."""


class Head(In, frozen=True):
    """The part of any frame that is read first; a frame without a type is a message."""

    type: Name = "message"
    id: object = None


class Hello(In, frozen=True):
    """The first frame: who is there, and what they have already."""

    v: int = 1
    token: Annotated[str, Meta(max_length=2048)] = ""
    device: Name = ""
    resume: dict[str, Seq] = {}
    epoch: Name = ""

    def __repr__(self) -> str:  # a token belongs into no log
        return "Hello()"


class PostMessage(In, frozen=True):
    """Something to say to `c:7`, `u:42`, or the lobby where *recipient* is empty."""

    content: object
    recipient: object = ""
    id: object = None
    content_type: object = "text"
    reply_to: object = None


class Edit(In, frozen=True):
    """Has a message of the user's own say something else."""

    conversation: Name
    seq: Seq
    content: object


class Recall(In, frozen=True):
    """Takes a message of the user's own back."""

    conversation: Name
    seq: Seq


class Sync(In, frozen=True):
    """Asks for messages again, whatever was sent already."""

    conversation: Name
    after: Seq
    limit: Annotated[int, Meta(ge=1, le=255)] = 200


class Subscribe(In, frozen=True):
    """Puts the client in a conversation, after a seq or from its top on."""

    conversation: Name
    after: Seq | None = None


class Unsubscribe(In, frozen=True):
    """Takes the client out of a conversation until it asks again."""

    conversation: Name


class Read(In, frozen=True):
    """Tells how far the user has read."""

    conversation: Name
    seq: Seq


class Delivered(In, frozen=True):
    """Tells how far messages have reached a device of the user."""

    conversation: Name
    seq: Seq


class Typing(In, frozen=True):
    """The user types, or does no more."""

    conversation: Name
    on: bool = True


class Watch(In, frozen=True):
    """Whose coming and going the client wants to be told of, in place of those before."""

    users: Annotated[list[Name], Meta(max_length=MAX_WATCHED)]


class Renew(In, frozen=True):
    """A new token of the same session, before the old one ends."""

    token: Annotated[str, Meta(max_length=2048)]

    def __repr__(self) -> str:
        return "Renew()"


class Ping(In, frozen=True):
    """Is anybody there? Browsers cannot see protocol pings."""

    t: float | int | str | None = None


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """A conversation in a welcome; *peer* is the other one of a direct one."""

    id: str
    seq: int
    read: int | None = None
    peer: str | None = None
    peer_delivered: int = 0
    peer_read: int = 0


class Welcome(Out, frozen=True, tag="welcome"):
    """The answer to hello: who you are, where you are, and how far each log goes."""

    v: int
    session: str
    user: str
    node: str
    epoch: str
    ping: int  # seconds of silence after which the server asks
    max_size: int
    conversations: list[Place]


class Acked(Out, frozen=True, tag="ack"):
    """The message is committed."""

    id: str
    conversation: str
    seq: int
    at: str
    dup: bool = False


class Synced(Out, frozen=True, tag="synced"):
    """What was asked for has been sent; *more* lies after *to*."""

    conversation: str
    after: int
    to: int
    more: bool


class Subscribed(Out, frozen=True, tag="subscribed"):
    """The client is in, and the log goes up to *seq*."""

    conversation: str
    seq: int


class Unsubscribed(Out, frozen=True, tag="unsubscribed"):
    """The client is out."""

    conversation: str


class Renewed(Out, frozen=True, tag="authed"):
    """The client's time goes on until then."""

    expires_at: str


class Pong(Out, frozen=True, tag="pong"):
    """Somebody is here."""

    t: float | int | str | None = None


class Refused(Out, frozen=True, tag="error"):
    """Something was refused, and the socket lives; *ref* is the id of the frame."""

    code: str
    message: str
    ref: str | None = None
    retry_after: float | None = None
    errors: dict[str, list[str]] | None = None  # field: codes

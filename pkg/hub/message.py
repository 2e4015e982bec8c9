"""The frames that the hub itself sends: encoded once, and bytes from then on."""

from __future__ import annotations

import msgspec

_ENCODER = msgspec.json.Encoder()
_TYPED = b'{"type":"message",'


class Message(msgspec.Struct, frozen=True, tag="message", tag_field="type", omit_defaults=True):
    """A stored message, as every client, the HTTP side and the log know it."""

    sender: str  # "u:1": set by the server, never taken from a client
    recipient: str
    content: str
    conversation: str  # "c:7"
    seq: int
    id: str  # the sender's own
    at: str  # RFC 3339, UTC, milliseconds
    content_type: str | None = None  # None: plain text
    reply_to: int | None = None


class Gap(msgspec.Struct, frozen=True, tag="gap", tag_field="type"):
    """The socket goes on at *first*, not after *have*; the log ends at *top*.

    What lies between is gone, or what the client has is of another log.
    """

    conversation: str
    have: int
    first: int
    top: int
    epoch: str


class Expiring(msgspec.Struct, frozen=True, tag="expiring", tag_field="type"):
    """The client's token ends soon: send `auth` with a new one."""

    seconds: int = msgspec.field(name="in")


class Reconnect(msgspec.Struct, frozen=True, tag="reconnect", tag_field="type"):
    """This node goes away: come back after so many milliseconds."""

    after_ms: int


class Notice(msgspec.Struct, frozen=True):
    """A line for plain clients that is no message and is stored nowhere."""

    content: str


def encode(frame: object) -> bytes:
    """Answers the frame's one JSON text."""
    return _ENCODER.encode(frame)


def as_object(frame: object) -> dict[str, object]:
    """Answers what *encode* writes as a dict."""
    made: dict[str, object] = msgspec.to_builtins(frame)
    return made


def plain(frame: bytes) -> bytes:
    """Answers *frame* in the plain dialect, where a message carries no type."""
    return b"{" + frame[len(_TYPED) :] if frame.startswith(_TYPED) else frame

"""The frames that the hub itself sends: encoded once, and bytes from then on.

Ids on the wire carry their kind: `u:42` is a user, `c:7` a conversation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from pkg.hub.socket.deflate import deflated
from pkg.hub.socket.wire import framed

MAX_BLOB = 65_536  # bytes of one write: what a slow client is ahead of the others at most

_ENCODER = msgspec.json.Encoder()
_TYPED = b'{"type":"message",'

SYSTEM = 0  # who speaks where no user does

Kind = Literal["u", "c"]

_SHAPE = re.compile(r"([uc]):([1-9][0-9]{0,18})")  # not \d, which takes full-width digits
_LARGEST = 2**63 - 1


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
    rev: int = 0  # how often it was changed
    recalled: bool = False  # then it has no content


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


class Bundle:
    """Frames that go out together: one `bytes`, made once, however many get it."""

    # By hand: a cached property takes a lock each time it is made, until Python 3.12.
    __slots__ = ("_packed", "_plain", "_wire", "texts")

    def __init__(self, texts: Sequence[bytes]) -> None:
        self.texts = texts
        self._wire: bytes | None = None
        self._packed: bytes | None = None
        self._plain: Bundle | None = None

    @property
    def wire(self) -> bytes:
        """The frames as RFC 6455 writes them, joined."""
        if self._wire is None:
            self._wire = b"".join(map(framed, self.texts))
        return self._wire

    @property
    def packed(self) -> bytes:
        """The frames for clients with whom permessage-deflate was agreed, joined."""
        if self._packed is None:
            self._packed = b"".join(map(deflated, self.texts))
        return self._packed

    @property
    def plain(self) -> Bundle:
        """The same in the plain dialect."""
        if self._plain is None:
            self._plain = Bundle(tuple(map(plain, self.texts)))
        return self._plain


def bundled(texts: Sequence[bytes], *, most: int = MAX_BLOB) -> Iterable[Bundle]:
    """Cuts *texts* into bundles of at most *most* bytes; a larger text stands alone."""
    return (Bundle(texts),) if len(texts) == 1 else _cut(texts, most)


def _cut(texts: Sequence[bytes], most: int) -> Iterator[Bundle]:
    begin = size = 0
    for number, text in enumerate(texts):
        if size and size + len(text) > most:
            yield Bundle(texts[begin:number])
            begin, size = number, 0
        size += len(text)
    if begin < len(texts):
        yield Bundle(texts[begin:])


def user_address(id: int) -> str:
    """Answers how user *id* is called on the wire; `SYSTEM` is no user, and called by a word."""
    return f"u:{id}" if id else "system"


def conversation_address(id: int) -> str:
    """Answers how conversation *id* is called on the wire."""
    return f"c:{id}"


def read_address(text: str) -> tuple[Kind, int] | None:
    """Reads *text* as an address; None where it is none."""
    found = _SHAPE.fullmatch(text)
    if found is None or int(found[2]) > _LARGEST:
        return None
    return ("u" if found[1] == "u" else "c"), int(found[2])

"""What goes over the bus: messages that were committed, already framed, or a word of another kind.

Whoever hears one decodes no message: the texts go to the members as they came.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

T = TypeVar("T")

VERSION = 1
MAX_BYTES = 1 << 20  # of texts in one envelope; what is longer goes in several


class Entry(msgspec.Struct, array_like=True, frozen=True):
    """Messages of one conversation without holes, from *first* on.

    Without texts it says only that the log goes up to the one before *first*.
    """

    conversation: int
    first: int
    texts: tuple[bytes, ...] = ()

    @property
    def last(self) -> int:
        return self.first + len(self.texts) - 1


class Envelope(msgspec.Struct, array_like=True, frozen=True):
    """From *node*, whose log is called *epoch*: entries of the log, or a *body* of some *kind*."""

    version: int
    node: str
    epoch: str
    entries: tuple[Entry, ...] = ()
    kind: str = ""
    body: bytes = b""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Envelope)


def seal(
    node: str, epoch: str, entries: Sequence[Entry] = (), *, kind: str = "", body: bytes = b""
) -> bytes:
    """Answers one envelope as bytes."""
    return _ENCODER.encode(Envelope(VERSION, node, epoch, tuple(entries), kind, body))


def unseal(data: bytes) -> Envelope | None:
    """Reads an envelope; None where it is none, or of a version that is not ours."""
    try:
        envelope = _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return envelope if envelope.version == VERSION else None


def mark(node: str) -> bytes:
    """Answers how every envelope of *node* begins: its own are known without decoding them."""
    sealed = seal(node, "")
    return sealed[: sealed.index(node.encode()) + len(node)]


def parted(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Answers *entries* in parts whose texts are no longer than an envelope may be, by and large.

    The texts of one entry stay together: a batch of one conversation is bounded by the commit.
    """
    parts: list[list[Entry]] = [[]]
    size = 0
    for entry in entries:
        length = sum(map(len, entry.texts))
        if parts[-1] and size + length > MAX_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(entry)
        size += length
    return parts


def pack(word: object) -> bytes:
    """Answers the body of a word to other nodes."""
    return _ENCODER.encode(word)


def unpack(body: bytes, kind: type[T]) -> T:
    """Reads what `pack` wrote.

    Raises:
        ValidationError: it is none of *kind*.
    """
    return msgspec.msgpack.decode(body, type=kind)

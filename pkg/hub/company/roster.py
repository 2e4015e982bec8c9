"""What nodes tell each other of their users, and what one node so knows of another."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

UNKNOWN = -1  # before the first whole list; versions begin at 0


class Word(msgspec.Struct, frozen=True, array_like=True):
    """Something that *node* tells all the others."""

    node: str


class Beat(Word, frozen=True, array_like=True, tag="beat"):
    """It lives, and its list is at *version*."""

    version: int


class Moved(Word, frozen=True, array_like=True, tag="moved"):
    """Its list went from the version before to *version*."""

    version: int
    came: tuple[int, ...]
    went: tuple[int, ...]


class Part(Word, frozen=True, array_like=True, tag="part"):
    """One of *count* parts of its whole list at *version*."""

    version: int
    number: int
    count: int
    users: tuple[int, ...]


class Ask(Word, frozen=True, array_like=True, tag="ask"):
    """It lacks the list of the node *of*; of everybody's, where that is empty."""

    of: str


Heard = Beat | Moved | Part | Ask
_DECODER: msgspec.msgpack.Decoder[Heard] = msgspec.msgpack.Decoder(Heard)


def encode(word: Word) -> bytes:
    """Answers *word* as it goes over the bus."""
    return msgspec.msgpack.encode(word)


def decode(text: bytes) -> Heard | None:
    """Reads a word; None for one that this release does not know."""
    try:
        return _DECODER.decode(text)
    except msgspec.MsgspecError:
        return None


class Roster:
    """The users of another node, as far as they were heard of.

    Words may be lost, doubled or late. What does not join the version that is known is left alone,
    and then the roster *lacks* something until a whole list has come.
    """

    def __init__(self) -> None:
        self.users: set[int] = set()
        self.heard_at = 0.0
        self.asked_at: float | None = None
        self._version = UNKNOWN
        self._told = 0  # the highest version it was told of
        self._parts: dict[int, tuple[int, ...]] = {}
        self._parts_of = UNKNOWN

    @property
    def lacks(self) -> bool:
        return self._version < self._told

    def take(self, word: Beat | Moved | Part) -> tuple[Collection[int], Collection[int]]:
        """Takes *word* and answers who came and who went by it."""
        self._told = max(self._told, word.version)
        if isinstance(word, Moved):
            return self._move(word)
        return self._gather(word) if isinstance(word, Part) else ((), ())

    def _move(self, word: Moved) -> tuple[Collection[int], Collection[int]]:
        if word.version != self._version + 1 or self._version == UNKNOWN:
            return (), ()
        return self._become(word.version, (self.users | {*word.came}) - {*word.went})

    def _gather(self, word: Part) -> tuple[Collection[int], Collection[int]]:
        if word.version <= self._version or word.version < self._parts_of:
            return (), ()
        if word.version > self._parts_of:
            self._parts, self._parts_of = {}, word.version
        self._parts[word.number] = word.users
        if len(self._parts) < word.count:
            return (), ()
        return self._become(word.version, set().union(*self._parts.values()))

    def _become(self, version: int, users: set[int]) -> tuple[Collection[int], Collection[int]]:
        came, went = users - self.users, self.users - users
        self.users, self._version = users, version
        if version >= self._parts_of:
            self._parts, self._parts_of = {}, UNKNOWN
        return came, went

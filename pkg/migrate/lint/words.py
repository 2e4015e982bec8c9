"""SQL as words: enough to read the head and the clauses of a statement, in three dialects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pkg.migrate.contract import Dialect

BACKSLASH = r"'(?:[^'\\]|''|\\.)*'"  # MySQL's; elsewhere a backslash is a character like any other
TEXT = r"'(?:[^']|'')*'"
COMMON = r"""
  (?P<gap>\s+|--[^\n]*|/\*.*?\*/{hash})
| (?P<text>{text}|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
| (?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`{bracketed})
| (?P<word>[A-Za-z_][\w$]*)
| (?P<number>\d+(?:\.\d+)?)
| (?P<mark>::|.)
"""


def _pattern(text: str, *, hash: str = "", bracketed: str = "") -> re.Pattern[str]:
    filled = COMMON.format(text=text, hash=hash, bracketed=bracketed)
    return re.compile(filled, re.VERBOSE | re.DOTALL)


PATTERNS = {
    "sqlite": _pattern(TEXT, bracketed=r"|\[[^\]]*\]"),
    "postgres": _pattern(TEXT),
    "mysql": _pattern(BACKSLASH, hash=r"|\#[^\n]*"),
}


class Unread(ValueError):
    """The statement says something that the reader does not know; nobody outside sees this."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word. *up* is its upper case where it may be a keyword, else empty."""

    text: str
    kind: str  # word, name, text, number or mark: the groups of the pattern

    @property
    def up(self) -> str:
        return self.text.upper() if self.kind in ("word", "mark") else ""


def words(statement: str, dialect: Dialect) -> Words:
    """Cuts *statement* into words, comments left out."""
    found = []
    for match in PATTERNS[dialect].finditer(statement):
        kind = "text" if match.lastgroup == "tag" else match.lastgroup
        if kind and kind != "gap":
            found.append(Word(match.group()[1:-1] if kind == "name" else match.group(), kind))
    return Words(found)


class Words:
    """Words with a place in them; every verb reads on from there."""

    def __init__(self, found: Sequence[Word]) -> None:
        self._words = list(found)
        self._at = 0

    @property
    def left(self) -> bool:
        return self._at < len(self._words)

    @property
    def next(self) -> str:
        """Answers the next word in upper case, empty at the end and for a quoted name."""
        return self._words[self._at].up if self.left else ""

    def at(self, *wanted: str) -> bool:
        """Tells whether exactly these keywords come next."""
        coming = self._words[self._at : self._at + len(wanted)]
        return [word.up for word in coming] == list(wanted)

    def take(self, *wanted: str) -> bool:
        """Passes these keywords if they come next."""
        if not self.at(*wanted):
            return False
        self._at += len(wanted)
        return True

    def any_of(self, *wanted: str) -> str:
        """Passes the one of these keywords that comes next, and answers it."""
        return next((one for one in wanted if self.take(one)), "")

    def need(self, *wanted: str) -> None:
        """Passes these keywords.

        Raises:
            Unread: something else comes.
        """
        if not self.take(*wanted):
            raise Unread(f"{' '.join(wanted)} was expected")

    def one(self) -> Word:
        """Passes one word, whatever it is.

        Raises:
            Unread: there is none.
        """
        if not self.left:
            raise Unread("the statement ends early")
        self._at += 1
        return self._words[self._at - 1]

    def name(self) -> str:
        """Passes a name and answers it without its schema."""
        found = self.one()
        while self.take("."):
            found = self.one()
        if found.kind not in ("word", "name"):
            raise Unread(f"{found.text} is no name")
        return found.text if found.kind == "name" else found.text.lower()

    def inner(self) -> Words:
        """Passes a pair of brackets and answers what is inside."""
        self.need("(")
        start, depth = self._at, 1
        while depth:
            depth += {"(": 1, ")": -1}.get(self.one().up, 0)
        return Words(self._words[start : self._at - 1])

    def commas(self) -> list[Words]:
        """Passes the rest and answers it cut at the commas that stand in no brackets."""
        parts: list[list[Word]] = [[]]
        depth = 0
        while self.left:
            word = self.one()
            depth += {"(": 1, ")": -1}.get(word.up, 0)
            if word.up == "," and not depth:
                parts.append([])
            else:
                parts[-1].append(word)
        return [Words(part) for part in parts]

    def has(self, *wanted: str) -> bool:
        """Tells whether these keywords come, one after the other, anywhere later."""
        ups = [word.up for word in self._words[self._at :]]
        size = len(wanted)
        return any(tuple(ups[n : n + size]) == wanted for n in range(len(ups) - size + 1))

    def bare(self, *wanted: str) -> bool:
        """Tells whether one of these keywords comes later outside of all brackets."""
        depth = 0
        for word in self._words[self._at :]:
            depth += {"(": 1, ")": -1}.get(word.up, 0)
            if not depth and word.up in wanted:
                return True
        return False

    def rest(self) -> str:
        """Passes the rest and answers it as text, keywords in upper case."""
        found = [word.up or word.text for word in self._words[self._at :]]
        self._at = len(self._words)
        return " ".join(found)

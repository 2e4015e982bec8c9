"""A CREATE TABLE as SQLite keeps it, cut into pieces that each stay as they were written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, zip_longest

TOKEN = re.compile(
    r"""(?P<blank> \s+ | --[^\n]*\n? | /\*.*?\*/ ) | (?P<text> '(?:[^']|'')*' )
    | (?P<quoted> "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\] ) | (?P<word> [^\W\d][\w$]* )
    | (?P<other> [\d.]+\w* | . )""",
    re.VERBOSE | re.DOTALL,
)
OF_TABLE = ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN")  # begins no column
OF_COLUMN = {
    "PRIMARY": "primary", "NOT": "null", "NULL": "null", "UNIQUE": "unique", "CHECK": "check",
    "DEFAULT": "default", "COLLATE": "collate", "REFERENCES": "references",
    "GENERATED": "generated", "AS": "generated",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a name in quotes, a text or a sign, with the depth of brackets it stands in."""

    kind: str
    text: str
    depth: int
    at: int

    @property
    def word(self) -> str:
        """Answers the word in capitals; nothing for what is quoted."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def name(self) -> str:
        """Answers the name it may be, in small letters: SQLite tells names apart no further."""
        if self.kind == "quoted":
            mark = self.text[-1]
            return self.text[1:-1].replace(mark * 2, mark).lower()
        return self.text.lower() if self.kind == "word" else ""


@dataclass(slots=True)
class Clause:
    """One rule of a column, such as `CHECK (a > 0)`, with the name it may have been given."""

    kind: str
    text: str
    name: str


@dataclass(slots=True)
class TableText:
    """The pieces: columns by name, rules of the whole table, and what stands behind the bracket."""

    columns: dict[str, str]
    rules: list[str]
    options: str

    @classmethod
    def read(cls, sql: str) -> TableText:
        """Cuts *sql*, a CREATE TABLE that SQLite took."""
        tokens = [one for one in tokenised(sql) if one.kind != "blank"]
        first = next(one for one in tokens if one.text == "(")
        last = next(one for one in tokens if one.text == ")" and one.depth == 0)
        commas = [one.at for one in tokens if one.text == "," and one.depth == 1]
        edges = [first.at, *(at for at in commas if at < last.at), last.at]
        pieces = [sql[a + 1 : b].strip() for a, b in pairwise(edges)]
        made = cls({}, [], sql[last.at + 1 :].strip())
        for piece in pieces:
            token = _first(piece)
            if token.word in OF_TABLE:
                made.rules.append(piece)
            else:
                made.columns[token.name] = piece
        return made

    def said(self, name: str) -> str:
        """Answers the whole text again, for a table called *name* (quoted already)."""
        pieces = [*self.columns.values(), *self.rules]
        # a comment to the end of the line would swallow the comma
        body = ",\n  ".join(
            f"{one}\n" if "--" in one.rpartition("\n")[2] else one for one in pieces
        )
        return f"CREATE TABLE {name} (\n  {body}\n){f' {self.options}' if self.options else ''}"


def tokenised(sql: str) -> list[Token]:
    """Answers every token of *sql*; a closing bracket has the depth outside it."""
    found, depth = [], 0
    for match in TOKEN.finditer(sql):
        kind, text = str(match.lastgroup), match[0]
        depth -= text == ")"
        found.append(Token(kind, text, depth, match.start()))
        depth += text == "("
    return found


def mentions(sql: str, name: str) -> bool:
    """Tells whether *sql* has *name* for a name anywhere; in doubt it says yes."""
    return any(token.name == name.lower() for token in tokenised(sql))


def clauses(definition: str) -> list[Clause]:
    """Answers the rules of a column, without its name and type, each as it was written."""
    tokens = [one for one in tokenised(definition) if one.kind != "blank"][1:]
    starts = list(_starts(tokens))
    ends = [start for start, _, _ in [*starts, (len(definition), "", "")][1:]]
    return [
        Clause(kind, definition[start:end].strip(), name)
        for (start, kind, name), end in zip(starts, ends, strict=True)
    ]


def constraint_name(piece: str) -> str:
    """Answers the name a rule of a table was given, or nothing."""
    tokens = [one for one in tokenised(piece) if one.kind != "blank"]
    return tokens[1].name if tokens[0].word == "CONSTRAINT" else ""


def foreign_columns(piece: str) -> tuple[str, ...]:
    """Answers the columns of a FOREIGN KEY; none for another rule."""
    tokens = [one for one in tokenised(piece) if one.kind != "blank"]
    words = [one.word for one in tokens[:3]]
    if "FOREIGN" not in words:
        return ()
    inside = tokens[words.index("FOREIGN") + 3 :]
    names = []
    for token in inside:
        if token.text == ")":
            break
        names.append(token.name)
    return tuple(name for name in names if name)


def _starts(tokens: list[Token]) -> Iterator[tuple[int, str, str]]:
    """Tells where each rule of a column begins, its kind, and its name."""
    before, named = "", None
    for token, after in zip_longest(tokens, tokens[1:]):
        word = token.word if token.depth == 0 else ""
        if word == "CONSTRAINT":
            named = (token.at, after.name if after else "")
        elif word in OF_COLUMN and not _goes_on(word, before, after.word if after else ""):
            at, name = named or (token.at, "")
            named = None
            yield at, OF_COLUMN[word], name
        before = word


def _goes_on(word: str, before: str, after: str) -> bool:
    """Tells whether *word* belongs to the rule before it, as in NOT NULL and SET DEFAULT."""
    goes_on = {"NULL": ("NOT", "DEFAULT", "SET"), "DEFAULT": ("SET",), "AS": ("ALWAYS",)}
    return before in goes_on.get(word, ()) or after == "DEFERRABLE"


def _first(piece: str) -> Token:
    return next(one for one in tokenised(piece) if one.kind != "blank")

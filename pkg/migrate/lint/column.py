"""Reads definitions: columns, keys and constraints, as CREATE TABLE and ALTER TABLE have them."""

from __future__ import annotations

from typing import Literal

from pkg.migrate.lint.act import Act, Field
from pkg.migrate.lint.words import Unread, Words

TYPES = {
    "INT": "INTEGER", "INT2": "SMALLINT", "INT4": "INTEGER", "INT8": "BIGINT", "BOOL": "BOOLEAN",
    "CHARACTER VARYING": "VARCHAR", "CHARACTER": "CHAR", "DECIMAL": "NUMERIC", "DEC": "NUMERIC",
    "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE", "FLOAT8": "DOUBLE PRECISION",
    "TIMESTAMP WITHOUT TIME ZONE": "TIMESTAMP", "SERIAL4": "SERIAL", "SERIAL8": "BIGSERIAL",
}  # fmt: skip
# What ends a type or a default; the words of a type itself are everything before.
ENDS = frozenset((
    "NOT", "NULL", "DEFAULT", "PRIMARY", "UNIQUE", "REFERENCES", "CHECK", "CONSTRAINT",
    "GENERATED", "AS", "AUTO_INCREMENT", "AUTOINCREMENT", "COLLATE", "COMMENT", "FIRST", "AFTER",
    "ON", "CHARSET", "KEY", "INVISIBLE", "USING", "DEFERRABLE", "INITIALLY", "STORED", "VIRTUAL",
    "PERSISTENT", "MATCH",
))  # fmt: skip
SERIALS = frozenset({"SERIAL", "BIGSERIAL", "SMALLSERIAL"})
CONSTRAINTS = frozenset((
    "CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE", "INDEX", "KEY", "FULLTEXT",
    "SPATIAL",
))  # fmt: skip
# What a column may say besides, the mark it leaves, and what is passed after it.
MARKS: tuple[tuple[tuple[str, ...], str, Literal["", "word", "brackets", "expression"]], ...] = (
    (("PRIMARY", "KEY"), "PRIMARY", ""),
    (("UNIQUE", "KEY"), "UNIQUE", ""),
    (("UNIQUE",), "UNIQUE", ""),
    (("CHECK",), "CHECK", "brackets"),
    (("AUTO_INCREMENT",), "IDENTITY", ""),
    (("AUTOINCREMENT",), "IDENTITY", ""),
    (("CHARACTER", "SET"), "CHARSET", "word"),
    (("CHARSET",), "CHARSET", "word"),
    (("COLLATE",), "", "word"),
    (("COMMENT",), "", "word"),
    (("FIRST",), "FIRST", ""),
    (("AFTER",), "AFTER", "word"),
    (("ON", "UPDATE"), "", "expression"),
    (("ASC",), "", ""),
    (("DESC",), "", ""),
    (("INVISIBLE",), "", ""),
    (("DEFERRABLE",), "", ""),
    (("NOT", "DEFERRABLE"), "", ""),
    (("INITIALLY",), "", "word"),
    (("ON", "CONFLICT"), "", "word"),
    (("KEY",), "", ""),
)


def is_constraint(words: Words) -> bool:
    """Tells whether a key or constraint comes, and not a column."""
    return words.next in CONSTRAINTS


def read_field(words: Words) -> Field:
    """Reads a column's definition to the end.

    Raises:
        Unread: it says something unknown.
    """
    name = words.name()
    type, size, values = read_type(words)
    found: dict[str, object] = {}
    marks = {"SERIAL"} if type in SERIALS else set()
    while words.left:
        _clause(words, found, marks)
    if "PRIMARY" in marks or type in SERIALS:
        found.setdefault("null", False)
    null, default = found.get("null"), found.get("default")
    return Field(
        name=name,
        type=type,
        size=size,
        null=null if isinstance(null, bool) else None,
        default=default if isinstance(default, str) and default != "NULL" else None,
        values=values,
        to=str(found.get("to", "")),
        marks=frozenset(marks),
    )


def read_type(words: Words) -> tuple[str, tuple[int, ...], tuple[str, ...]]:
    """Reads a type: its name, sizes, and the values of an ENUM."""
    named: list[str] = []
    inside: list[str] = []
    while words.left and words.next not in ENDS and not words.at("CHARACTER", "SET"):
        if words.at("("):
            inside += [part.rest() for part in words.inner().commas()]
        else:
            word = words.one()
            named.append(word.up or word.text.upper())
    name = " ".join(named)
    values = tuple(one for one in inside if one.startswith("'"))
    return TYPES.get(name, name), tuple(int(one) for one in inside if one.isdecimal()), values


def _clause(words: Words, found: dict[str, object], marks: set[str]) -> None:
    if words.take("NOT", "NULL"):
        found["null"] = False
    elif words.take("NULL"):
        found["null"] = True
    elif words.take("DEFAULT"):
        found["default"] = _expression(words)
    elif words.take("CONSTRAINT"):
        words.name()
    elif words.take("REFERENCES"):
        found["to"] = words.name()
        marks.add("REFERENCES")
        _skip(words)
    elif words.any_of("GENERATED", "AS"):
        _generated(words, marks)
    else:
        _mark(words, marks)


def _mark(words: Words, marks: set[str]) -> None:
    for said, mark, after in MARKS:
        if words.take(*said):
            marks |= {mark} if mark else set()
            if after == "word":
                words.one()
            elif after == "brackets":
                words.inner()
            elif after == "expression":
                _expression(words)
            return
    raise Unread(f"{words.next or 'a word'} in a column")


def _generated(words: Words, marks: set[str]) -> None:
    words.any_of("ALWAYS", "BY")
    words.take("DEFAULT")
    words.take("AS")
    if words.take("IDENTITY"):
        marks.add("IDENTITY")
        if words.at("("):
            words.inner()
        return
    words.inner()
    # without a word PostgreSQL 18, MySQL, MariaDB and SQLite compute it when it is read
    marks.add("STORED" if words.any_of("STORED", "PERSISTENT") else "VIRTUAL")
    words.take("VIRTUAL")


def _expression(words: Words) -> str:
    found = words.one()
    parts = [found.up or found.text]
    depth = 1 if found.up == "(" else 0
    while words.left and (depth or words.next not in ENDS):
        word = words.one()
        depth += {"(": 1, ")": -1}.get(word.up, 0)
        parts.append(word.up or word.text)
    return " ".join(parts)


def _skip(words: Words) -> None:
    """Passes what follows REFERENCES: columns, MATCH, ON DELETE and ON UPDATE."""
    if words.at("("):
        words.inner()
    while words.any_of("MATCH", "ON"):
        words.any_of("DELETE", "UPDATE")
        if not (words.take("SET", "NULL") or words.take("SET", "DEFAULT")):
            words.take("NO")
            words.one()


def read_constraint(words: Words, table: str) -> Act:
    """Reads a key or constraint: of a new table's body, or what follows ADD.

    Raises:
        Unread: it is none that is known.
    """
    name = ""
    if words.take("CONSTRAINT") and words.next not in CONSTRAINTS:
        name = words.name()
    said = {"CONSTRAINT"}
    if words.take("PRIMARY", "KEY"):
        return _keyed(words, Act("add primary", table, name), said)
    if words.take("FOREIGN", "KEY"):
        return _foreign(words, table, name)
    if words.take("CHECK"):
        said_so = words.inner().rest()
        return Act("add check", table, name, to=said_so, options=_validity(words))
    if words.take("EXCLUDE"):
        return Act("add exclude", table, name)
    kind = words.any_of("UNIQUE", "FULLTEXT", "SPATIAL")
    words.any_of("KEY", "INDEX")
    if kind != "UNIQUE":
        said = {"ADD INDEX"}  # MySQL's: elsewhere an index is no part of a table
    return _keyed(words, Act("add key", table, name), said | ({kind} if kind else set()))


def _keyed(words: Words, act: Act, said: set[str]) -> Act:
    if words.take("USING", "INDEX"):
        return Act(act.kind, act.table, words.name(), options=frozenset(said | {"USING INDEX"}))
    name = act.name
    if words.take("NULLS"):
        words.take("NOT")
        words.need("DISTINCT")
    if not words.at("(") and not words.at("USING"):
        name = words.name()
    if words.take("USING"):
        words.one()
    return Act(act.kind, act.table, name, columns_of(words.inner()), options=frozenset(said))


def _foreign(words: Words, table: str, name: str) -> Act:
    if not words.at("("):
        name = words.name()
    columns = columns_of(words.inner())
    words.need("REFERENCES")
    to = words.name()
    _skip(words)
    return Act("add foreign", table, name, columns, to=to, options=_validity(words))


def _validity(words: Words) -> frozenset[str]:
    return frozenset({"NOT VALID"} if words.has("NOT", "VALID") else ())


def columns_of(inner: Words) -> tuple[str, ...]:
    """Answers the columns of a key; an expression counts as a column without a name."""
    return tuple(_column_of(part) for part in inner.commas())


def _column_of(part: Words) -> str:
    if part.at("("):
        return ""
    name = part.name()
    if part.at("(") and not part.inner().rest().isdecimal():  # the length of a prefix
        return ""
    return name

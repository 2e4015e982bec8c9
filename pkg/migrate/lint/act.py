"""What a statement does, in the words the rules judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "create table", "drop table", "rename table", "rebuild",
    "add column", "drop column", "rename column", "redefine", "change type",
    "set not null", "drop not null", "set default", "drop default",
    "add key", "drop key", "add primary", "drop primary",
    "add foreign", "drop foreign", "add check", "add exclude", "drop constraint", "validate",
    "option", "partition", "trigger", "security",
    "insert", "update", "delete", "truncate",
    "command", "transaction", "drop database", "enum", "domain", "setting",
    "harmless", "unread",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A column as a statement defines it. *null* None: the definition does not say."""

    name: str
    type: str
    size: tuple[int, ...] = ()
    null: bool | None = None
    default: str | None = None
    values: tuple[str, ...] = ()  # of an ENUM or SET
    to: str = ""  # the table it refers to
    marks: frozenset[str] = frozenset()  # PRIMARY, UNIQUE, CHECK, STORED, IDENTITY, FIRST, ..

    @property
    def required(self) -> bool:
        """Tells whether a row must say a value of its own."""
        given = self.default is not None or self.marks & {"STORED", "VIRTUAL", "IDENTITY", "SERIAL"}
        return self.null is False and not given


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done to one table. *name*: the column, key or constraint; *to*: the new name, or
    the table referred to; *options*: what else it says, in capitals.
    """

    kind: Kind
    table: str = ""
    name: str = ""
    columns: tuple[str, ...] = ()
    column: Field | None = None
    to: str = ""
    options: frozenset[str] = frozenset()
    parts: tuple[Act, ...] = field(default=(), repr=False)  # keys and references of a new table
    fields: tuple[Field, ...] = field(default=(), repr=False)  # columns of a new table
    statement: str = field(default="", repr=False)

"""What a table is made of: columns, keys, references. Plain values, the same for each dialect."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "id", "small", "integer", "big", "boolean", "double", "decimal",
    "string", "text", "binary", "moment", "date", "json", "uuid",
]  # fmt: skip
OnDelete = Literal["cascade", "restrict", "set null", "no action"]
Default = str | int | bool | None

NOW: Final = "\0now"  # a default: the moment of the insert
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")  # PostgreSQL cuts names at 63 bytes


@dataclass(frozen=True, slots=True)
class Column:
    """A column. *default* is the database's own, for rows that no model writes."""

    name: str
    kind: Kind
    length: int = 0
    scale: int = 0
    null: bool = False
    default: Default = None


@dataclass(frozen=True, slots=True)
class Key:
    """An index, unique or not, or the primary key of several columns."""

    columns: tuple[str, ...]
    kind: Literal["index", "unique", "primary"]
    name: str = ""

    def named(self, table: str) -> str:
        """Answers its name: table, columns, kind."""
        return self.name or checked("_".join((table, *self.columns, self.kind)))


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key to the column *to* of another *table*; it brings an index of its own."""

    column: str
    table: str
    to: str = "id"
    on_delete: OnDelete = "cascade"

    def named(self, table: str) -> str:
        return checked(f"{table}_{self.column}_foreign")


@dataclass(frozen=True, slots=True)
class Check:
    """A rule that each row must keep: *condition* is SQL that all three dialects read.

    Its *name* is taken as it is, and is best begun with the table's: on MySQL a name is the whole
    database's.
    """

    name: str
    condition: str


Part = Column | Key | Reference | Check


def checked(name: str) -> str:
    """Answers *name* if it may be one; all names reach SQL through here.

    Raises:
        ValueError: it may not.
    """
    if not NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} cannot be a name in the database: small letters, digits and _, at most 63"
        )
    return name


def id(name: str = "id") -> Column:
    """The primary key: 64 bits, given by the database."""
    return Column(name, "id")


def string(name: str, length: int = 255, *, null: bool = False, default: Default = None) -> Column:
    """Text of at most *length* characters, compared by code point."""
    return Column(name, "string", length=length, null=null, default=default)


def text(name: str, *, null: bool = False) -> Column:
    """Text of any length, up to 16 MB."""
    return Column(name, "text", null=null)


def small(name: str, *, null: bool = False, default: Default = None) -> Column:
    """A whole number of 16 bits."""
    return Column(name, "small", null=null, default=default)


def integer(name: str, *, null: bool = False, default: Default = None) -> Column:
    """A whole number of 32 bits."""
    return Column(name, "integer", null=null, default=default)


def big(name: str, *, null: bool = False, default: Default = None) -> Column:
    """A whole number of 64 bits; what refers to an id is one."""
    return Column(name, "big", null=null, default=default)


def boolean(name: str, *, null: bool = False, default: Default = None) -> Column:
    """True or false."""
    return Column(name, "boolean", null=null, default=default)


def double(name: str, *, null: bool = False) -> Column:
    """A floating number of 64 bits."""
    return Column(name, "double", null=null)


def decimal(name: str, digits: int = 12, scale: int = 2, *, null: bool = False) -> Column:
    """An exact number of *digits*, *scale* of them after the point."""
    return Column(name, "decimal", length=digits, scale=scale, null=null)


def binary(name: str, *, null: bool = False) -> Column:
    """Bytes, up to 16 MB."""
    return Column(name, "binary", null=null)


def moment(name: str, *, null: bool = False, default: Default = None) -> Column:
    """A moment in UTC, to the microsecond."""
    return Column(name, "moment", null=null, default=default)


def date(name: str, *, null: bool = False) -> Column:
    """A day."""
    return Column(name, "date", null=null)


def json(name: str, *, null: bool = False) -> Column:
    """A JSON value."""
    return Column(name, "json", null=null)


def uuid(name: str, *, null: bool = False) -> Column:
    """A UUID: the server's own type on PostgreSQL, 36 characters elsewhere."""
    return Column(name, "uuid", null=null)


def timestamps() -> tuple[Column, Column]:
    """`created_at` and `updated_at`, as `app.models.Base` has them."""
    return moment("created_at", default=NOW), moment("updated_at", default=NOW)


def index(*columns: str, name: str = "") -> Key:
    """An index over *columns*, in that order."""
    return Key(columns, "index", name)


def unique(*columns: str, name: str = "") -> Key:
    """No two rows alike in *columns*; rows with a null among them do not count."""
    return Key(columns, "unique", name)


def primary(*columns: str) -> Key:
    """The primary key, where it is not one column made by `id`."""
    return Key(columns, "primary")


def foreign(
    column: str, table: str, *, to: str = "id", on_delete: OnDelete = "cascade"
) -> Reference:
    """*column* holds the *to* of a row of *table*."""
    return Reference(column, table, to, on_delete)


def check(name: str, condition: str) -> Check:
    """Each row keeps *condition*, such as `copies >= 0`."""
    return Check(name, condition)

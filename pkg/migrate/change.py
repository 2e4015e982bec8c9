"""What a migration says, as values: for whoever reads files instead of running them."""

from __future__ import annotations

from dataclasses import dataclass

from pkg.migrate.table import Check, Column, Key, Part, Reference


@dataclass(frozen=True, slots=True)
class CreateTable:
    """A table is made; *parts* are as the file has them, so without a reference's own index."""

    table: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class DropTable:
    """A table goes, with its rows."""

    table: str


@dataclass(frozen=True, slots=True)
class RenameTable:
    """A table is called otherwise, and so are its keys and references with it."""

    table: str
    to: str


@dataclass(frozen=True, slots=True)
class AddColumn:
    """A column is added."""

    table: str
    column: Column


@dataclass(frozen=True, slots=True)
class ChangeColumn:
    """The column of that name gets another type, null or default."""

    table: str
    column: Column


@dataclass(frozen=True, slots=True)
class RenameColumn:
    """A column is called otherwise, and so are the keys and references over it."""

    table: str
    column: str
    to: str


@dataclass(frozen=True, slots=True)
class DropColumn:
    """Columns go, with their values."""

    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddKey:
    """An index or a unique key is added; *online*: without keeping writers out."""

    table: str
    key: Key
    online: bool = False


@dataclass(frozen=True, slots=True)
class DropKey:
    """An index or a unique key goes."""

    table: str
    key: Key
    online: bool = False


@dataclass(frozen=True, slots=True)
class AddForeign:
    """A reference is added, with its index; *online*: rows are checked afterwards."""

    table: str
    reference: Reference
    online: bool = False


@dataclass(frozen=True, slots=True)
class DropForeign:
    """A reference goes, with its index."""

    table: str
    reference: Reference


@dataclass(frozen=True, slots=True)
class AddCheck:
    """A rule over each row is added; *online*: rows are checked afterwards."""

    table: str
    check: Check
    online: bool = False


@dataclass(frozen=True, slots=True)
class DropCheck:
    """A rule over each row goes."""

    table: str
    check: Check


@dataclass(frozen=True, slots=True)
class Fill:
    """Python sets *columns* row by row."""

    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A statement of the file's own, on the dialect at hand."""

    statement: str


Change = (
    CreateTable
    | DropTable
    | RenameTable
    | AddColumn
    | ChangeColumn
    | RenameColumn
    | DropColumn
    | AddKey
    | DropKey
    | AddForeign
    | DropForeign
    | AddCheck
    | DropCheck
    | Fill
    | Run
)

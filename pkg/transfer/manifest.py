"""What a backup says of itself."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from pkg.database import Dialect
from pkg.migrate.table import Kind
from pkg.transfer.errors import BadBackup
from pkg.transfer.table import Column, Table

VERSION: Literal[1] = 1


class Shelf(BaseModel, frozen=True, extra="forbid"):
    """One table of a backup: a file of lines, an array a row in the order of the columns."""

    name: str
    columns: tuple[tuple[str, Kind | None, bool], ...]  # name, kind, may be null
    primary: tuple[str, ...]
    rows: int = Field(ge=0)
    checksum: str = Field(pattern=r"^[0-9a-f]{32}$")
    counter: int = Field(ge=0)  # the highest id that was ever given

    def table(self) -> Table:
        columns = tuple(Column(name, kind, null) for name, kind, null in self.columns)
        return Table(self.name, columns, self.primary)


class Uploads(BaseModel, frozen=True, extra="forbid"):
    """The uploads of a backup, name and content in one checksum."""

    files: int = Field(ge=0)
    checksum: str = Field(pattern=r"^[0-9a-f]{32}$")


class Manifest(BaseModel, frozen=True, extra="forbid"):
    """The last file of a backup: what is in it, and how to tell that it is whole."""

    format: Literal["pkg.transfer"] = "pkg.transfer"
    version: Literal[1] = VERSION
    made_at: datetime
    dialect: Dialect
    migrations: tuple[str, ...] = Field(min_length=1)
    tables: tuple[Shelf, ...]
    uploads: Uploads | None = None  # None: left out

    @classmethod
    def parse(cls, text: bytes) -> Manifest:
        """Reads a manifest.

        Raises:
            BadBackup: it is none, or one of a newer form.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as exc:
            where = ".".join(map(str, exc.errors(include_url=False)[0]["loc"])) or "all of it"
            raise BadBackup(
                f"its manifest is not one this release reads ({where}): "
                "it was made by another program, or by a newer release"
            ) from None

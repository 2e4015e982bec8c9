"""What make:crud is asked for, and which names and fields will not do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from app.console.make.crud.wire import FILTERED, is_sorted
from app.console.make.fields import BadField, Field, read
from app.console.make.models import Model, migrated, models, parents
from app.console.make.names import Names
from app.console.make.stub import fill
from app.console.make.subject import Subject
from pkg.console import Exit, Stop

VERBS = ("index", "show", "create", "update", "delete")
LONGEST = 30  # its sentences have to fit a line
VERSION = re.compile(r"v[1-9][0-9]{0,2}")
OWNER = Field("user", "ref", ("users",), text="user:ref:users", owner=True)
# What the files name otherwise, beside what models cannot be called.
TAKEN = {
    "cursor_page", "forbidden", "form", "mapped", "mapping", "not_found", "principal", "reply",
    "req", "request", "seen", "stamp", "typed_dict", "versioned", "wanted",
}  # fmt: skip
TAKEN_FIELDS = {
    "absent", "changes", "cursor", "per_page", "rev", "sort", "stamp", "wanted",
    *(name for name in dir(BaseModel) if not name.startswith("_")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Resource:
    """A model to be, and the ways to it over HTTP."""

    subject: Subject
    fields: tuple[Field, ...]  # those a client gives: all but the owner
    verbs: tuple[str, ...]
    version: str  # of the API
    owned: bool
    frames: bool  # over the socket, too

    @property
    def path(self) -> str:
        """Where its list stands below the version's prefix."""
        return f"/{self.subject.names.table.replace('_', '-')}"

    @property
    def url(self) -> str:
        """The same, prefix and all."""
        return f"/api/{self.version}{self.path}"

    @property
    def writes(self) -> bool:
        """Tells whether a row that is there may be changed or deleted."""
        return bool({"update", "delete"} & {*self.verbs})

    @property
    def tells(self) -> bool:
        """Tells whether some verb answers with a card."""
        return self.verbs != ("delete",)

    @property
    def required(self) -> list[Field]:
        """What a form has to give."""
        return [one for one in self.fields if not one.null]

    @property
    def sorts(self) -> list[str]:
        """What its list may be put in order by."""
        given = [one.name for one in self.fields if is_sorted(one)]
        return ["id", *given, "created_at", "updated_at"]

    @property
    def filters(self) -> list[Field]:
        """What its list may be searched by."""
        return [one for one in self.subject.fields if one.kind in FILTERED]

    def fill(self, stub: str, /, **values: str) -> str:
        """Answers a stub of `stubs/crud`, filled; what fills a line ends with it."""
        names = self.subject.names
        known = {"models": names.many_model, "path": self.path, "url": self.url}
        ended = {name: value.rstrip("\n") for name, value in values.items()}
        return fill(f"crud/{stub}", **(self.subject.holes() | known | ended))


@dataclass(frozen=True, slots=True)
class Asked:
    """A resource as it was asked for, nothing of it read yet."""

    name: str
    fields: Sequence[str]
    api: str = "v1"
    only: str = ""  # verbs with commas; none: all
    owner: bool = False
    frames: bool = False


def read_resource(root: Path, asked: Asked) -> Resource:
    """Reads what is asked for.

    Raises:
        Stop: a name, a field or a verb will not do, or there is such a model or table already.
    """
    names = Names.of(asked.name)
    _check_names(root, names)
    if not VERSION.fullmatch(asked.api):
        raise Stop(f"{asked.api!r} is no version of the API: write --api v1", Exit.USAGE)
    given = read(asked.fields)
    for field in given:
        _check_field(field, owned=asked.owner)
    fields = (*given, OWNER) if asked.owner else given
    subject = Subject(names, fields, parents(fields, Model.of(names), root), versioned=True)
    verbs = _verbs(asked.only)
    return Resource(subject, given, verbs, asked.api, owned=asked.owner, frames=asked.frames)


def _verbs(only: str) -> tuple[str, ...]:
    wanted = {verb.strip() for verb in only.split(",")} if only else {*VERBS}
    strange = wanted - {*VERBS}
    if strange:
        raise Stop(
            f"there is no {', '.join(sorted(strange))!r}: --only takes {', '.join(VERBS)}",
            Exit.USAGE,
        )
    return tuple(verb for verb in VERBS if verb in wanted)


def _check_names(root: Path, names: Names) -> None:
    if names.module in TAKEN:
        raise Stop(f"{names.model} cannot be a name: it means something else here", Exit.USAGE)
    if len(names.module) > LONGEST:
        raise Stop(f"{names.model} is too long: at most {LONGEST} characters", Exit.USAGE)
    if names.table in models(root):
        raise Stop(f"there is a model of the table {names.table} already: take another name")
    if migrated(root, names.table):
        raise Stop(f"a migration makes the table {names.table} already: take another name")


def _check_field(field: Field, *, owned: bool) -> None:
    if field.column in TAKEN_FIELDS or field.name in TAKEN_FIELDS or "model_" in field.name[:6]:
        raise BadField(field.text, 0, f"{field.name} means something else in a form")
    if owned and field.name == OWNER.name:
        raise BadField(field.text, 0, "--owner brings a reference of that name")
    if "password" in field.name:
        raise BadField(field.text, 0, "a password is never kept as it is: see docs/pkg/hash.md")

"""The grammar of fields: `title:string:40! author:ref:users published_at:datetime?`.

A field is `name:type`, then what the type takes, then `!` for unique and `?` for "may be absent".
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pkg.console import Exit, Stop

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
SIZE = re.compile(r"[0-9]{1,5}")
WORD = re.compile(r"[a-z0-9_]{1,32}")
LONGEST_KEY = 255  # MySQL's keys hold 3072 bytes, and a character takes four
MOST_DIGITS = 28  # Tortoise reads decimals in Python's default context
TYPES = {
    "string": "string[:length]",
    "text": "text",
    "int": "int",
    "small": "small",
    "big": "big",
    "bool": "bool",
    "float": "float",
    "decimal": "decimal[:digits,scale]",
    "datetime": "datetime",
    "date": "date",
    "json": "json",
    "uuid": "uuid",
    "ref": "ref:table",
    "enum": "enum:one,two",
}
OTHERS = {"integer": "int", "boolean": "bool", "bigint": "big", "timestamp": "datetime"}
NEVER_UNIQUE = {
    "text": "MySQL has no key over it",
    "json": "MySQL has no key over it",
    "bool": "there would be two rows at most",
    "enum": "there would be as many rows as values at most",
    "ref": "write the unique key into the migration yourself",
}
# Names that every model has already, or that its own file needs for something else.
TAKEN = {
    "Meta", "all", "annotate", "bulk_create", "bulk_update", "clone", "construct", "create",
    "created_at", "delete", "describe", "earliest", "exclude", "exists", "fetch_for_list",
    "fetch_related", "fields", "filter", "first", "get", "get_or_create", "get_or_none",
    "get_table", "id", "in_bulk", "last", "latest", "pk", "raw", "refresh_from_db",
    "register_listener", "save", "select_for_update", "update_from_dict", "update_or_create",
    "updated_at",
}  # fmt: skip
# One reads as 1, one is every method's first, and PostgreSQL has the others in every table.
NEVER = {"l", "self", "cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"}
ANNOTATIONS = {"int", "str", "dict", "float", "bool", "bytes", "list"}


class BadField(Stop):
    """A field that cannot be read; the message shows it with a mark under the fault."""

    def __init__(self, text: str, at: int, problem: str) -> None:
        super().__init__(f"{problem}\n  {text}\n  {' ' * at}^", Exit.USAGE)


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it was asked for."""

    name: str  # of a reference: without _id
    kind: str  # a key of TYPES
    args: tuple[str, ...] = ()
    unique: bool = False
    null: bool = False
    text: str = ""  # as it was written, for what has to be said about it
    owner: bool = False  # it refers to whom the row belongs to

    @property
    def column(self) -> str:
        """The column it is kept in."""
        return f"{self.name}_id" if self.kind == "ref" else self.name

    @property
    def on_delete(self) -> str:
        """What becomes of a row whose reference goes: it stays, or goes along with its owner."""
        return "set null" if self.null else "cascade" if self.owner else "restrict"

    @property
    def length(self) -> int:
        """Characters at most, of a string or an enum."""
        if self.kind == "enum":
            return max(map(len, self.args))
        return int(self.args[0]) if self.kind == "string" and self.args else 255

    @property
    def precision(self) -> tuple[int, int]:
        """Digits in all and after the point, of a decimal."""
        is_given = self.kind == "decimal" and self.args
        return (int(self.args[0]), int(self.args[1])) if is_given else (12, 2)


def read(texts: Sequence[str]) -> tuple[Field, ...]:
    """Reads fields as they were written.

    Raises:
        BadField: one cannot be read, or two are of one name.
    """
    found: dict[str, Field] = {}
    for text in texts:
        field = _field(text)
        if field.column in found:
            raise BadField(text, 0, f"there are two fields named {field.name}")
        found[field.column] = field
    return tuple(found.values())


def _field(text: str) -> Field:
    bare = text.rstrip("!?")
    marks = text[len(bare) :]
    name, colon, rest = bare.partition(":")
    _check_name(text, name)
    if not colon:
        raise BadField(text, len(name), f"{name} has no type: write name:type, such as name:string")
    kind, colon, given = rest.partition(":")
    kind, at = OTHERS.get(kind, kind), len(name) + 1
    if kind not in TYPES:
        raise BadField(text, at, f"there is no type {kind!r}; there are {', '.join(TYPES)}")
    args = tuple(given.split(",")) if colon else ()
    problem = _problem(kind, args)
    if problem:
        raise BadField(text, at + len(rest.partition(":")[0]) + bool(colon), problem)
    if marks.count("!") > 1 or marks.count("?") > 1:
        raise BadField(text, len(bare) + 1, "each mark stands once at most")
    if "!" in marks and kind in NEVER_UNIQUE:
        raise BadField(text, len(bare), f"{kind} cannot be unique: {NEVER_UNIQUE[kind]}")
    if kind == "ref":
        name = name.removesuffix("_id")
    field = Field(name, kind, args, unique="!" in marks, null="?" in marks, text=text)
    if field.unique and kind == "string" and field.length > LONGEST_KEY:
        raise BadField(text, at, f"a unique string has at most {LONGEST_KEY} characters")
    return field


def _check_name(text: str, name: str) -> None:
    wrong = next((at for at, char in enumerate(name) if not (char.isascii() and _fits(char))), 0)
    if not NAME.fullmatch(name):
        raise BadField(
            text, wrong, "a field's name is small letters, digits and _, from a letter on, up to 40"
        )
    bare = name.removesuffix("_id") or name
    if keyword.iskeyword(name) or keyword.iskeyword(bare):
        raise BadField(text, 0, f"{name} is a word of Python's own")
    if {name, bare} & (TAKEN | NEVER | ANNOTATIONS) or name.endswith("__") or "__" in name:
        raise BadField(text, 0, f"{name} means something else in every model already")


def _fits(char: str) -> bool:
    return char.islower() or char.isdigit() or char == "_"


def _problem(kind: str, args: Sequence[str]) -> str:
    """Answers what is wrong with what a type was given; nothing: an empty text."""
    shape = f"write {TYPES[kind]}"
    if kind == "string":
        fits = not args or (len(args) == 1 and _between(args[0], 1, 4_000))
        return "" if fits else f"a length is 1 to 4000: {shape}"
    if kind == "decimal":
        is_pair = len(args) == 2 and _between(args[0], 1, MOST_DIGITS)
        fits = not args or (is_pair and _between(args[1], 0, int(args[0])))
        most = f"digits are 1 to {MOST_DIGITS}"
        return "" if fits else f"{most}, and the scale no more than they: {shape}"
    if kind == "ref":
        fits = len(args) == 1 and bool(NAME.fullmatch(args[0]))
        return "" if fits else f"it refers to no table: {shape}"
    if kind == "enum":
        fits = bool(args) and all(map(WORD.fullmatch, args)) and len(set(args)) == len(args)
        return "" if fits else f"its values are different words of small letters: {shape}"
    return f"{kind} takes nothing more: {shape}" if args else ""


def _between(text: str, least: int, most: int) -> bool:
    return bool(SIZE.fullmatch(text)) and least <= int(text) <= most

"""A field of the grammar as forms, cards and their tests write it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.console.make.fields import Field
from app.console.make.layout import WIDTH, call
from pkg.str import camel

MAX_TEXT = 65_535  # bytes; a body may be larger, and a column holds 16 MB
LONGEST_SORTED = 160  # a cursor holds the value, and has 1024 characters in all


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of the grammar on the wire; `{x}` is the value, `{n}` tells one from another."""

    form: str
    card: str
    shown: str  # how a card tells it
    sample: str  # JSON that a form takes, as Python


KINDS = {
    "string": Kind("Annotated[str, Text({length})]", "str", "{x}", ""),
    "enum": Kind("", "str", "{x}", ""),
    "text": Kind(f"Annotated[str, Text({MAX_TEXT:_}, lines=True)]", "str", "{x}", ""),
    "int": Kind("Int32", "int", "{x}", "{n}"),
    "small": Kind("Int16", "int", "{x}", "{n}"),
    "big": Kind("Int64", "int", "{x}", "{n}"),
    "bool": Kind("bool", "bool", "{x}", ""),
    "float": Kind("Finite", "float", "{x}", "{n}.5"),
    "decimal": Kind("Annotated[Decimal, Digits({precision})]", "str", 'f"{{{x}:f}}"', ""),
    "datetime": Kind("Moment", "str", "stamp({x})", '"2026-01-0{n}T12:00:00.000Z"'),
    "date": Kind("Day", "str", "{x}.isoformat()", '"2026-01-0{n}"'),
    "json": Kind("JsonObject", "dict[str, Any]", "{x}", '{{"n": {n}}}'),
    "uuid": Kind("UuidValue", "str", "str({x})", '"00000000-0000-0000-0000-00000000000{n}"'),
    "ref": Kind("Id", "str", "str({x})", ""),
}  # fmt: skip
IMPORTS = {
    "Annotated": "from typing import Annotated",
    "Any": "from typing import Any",
    "Decimal": "from decimal import Decimal",
    "BaseModel": "from pydantic import BaseModel",
    "Field": "from pydantic import Field",
    "Literal": "from typing import Literal",
    "Sort": "from pkg.paginator import Sort",
    "TypedDict": "from typing_extensions import TypedDict",
    "Wanted": "from pkg.paginator import Wanted",
    "stamp": "from pkg.helpers import stamp",
    **{
        name: f"from pkg.validation import {name}"
        for name in (
            "Cursor", "Day", "Digits", "Finite", "Flag", "Id", "Int16", "Int32", "Int64",
            "JsonObject", "Kept", "Limit", "Moment", "Text", "UuidValue", "absent",
        )
    },
}  # fmt: skip
TAKEN = {*IMPORTS, "False", "None", "Order", "True"}
SORTED = {"string", "int", "small", "big", "datetime"}
FILTERED = {"enum", "bool", "ref"}
WORDS = re.compile(r"\w+")
SECRET = re.compile(r"password|secret|(^|_)key$|verify_code|token$|answer")


def needed(code: str) -> list[str]:
    """Answers the imports that *code*, made here, cannot do without."""
    words = set(WORDS.findall(code))
    return [line for word, line in IMPORTS.items() if word in words]


def aliases(fields: Iterable[Field], model: str) -> dict[str, tuple[str, str]]:
    """Answers a name and its line for each type that has to be spelled out, by the field."""
    found: dict[str, tuple[str, str]] = {}
    used = TAKEN | {f"{verb}{model}" for verb in ("New", "Change", "One", "List")}
    for field in fields:
        if field.kind in {"string", "enum", "text", "decimal"}:
            name = camel(field.name)
            while name in used:
                name += "Value"
            used.add(name)
            found[field.name] = name, _alias(field, name)
    return found


def is_sorted(field: Field) -> bool:
    """Tells whether a list may be put in order by it; where it may be absent it has no place."""
    fits = field.kind != "string" or field.length <= LONGEST_SORTED
    return field.kind in SORTED and fits and not field.null


def is_secret(name: str) -> bool:
    """Tells whether a value of that name stays out of what is printed of a form."""
    return bool(SECRET.search(name))


def card_line(field: Field) -> str:
    """Answers the line of the card's type."""
    return f"    {field.column}: {KINDS[field.kind].card}{' | None' * field.null}\n"


def shown(field: Field, row: str) -> str:
    """Answers the line by which a card tells the value that *row* has."""
    value = f"{row}.{field.column}"
    told = KINDS[field.kind].shown.format(x=value)
    if field.null and told != value:
        told = f"None if {value} is None else {told}"
    key = f'        "{field.column}": '
    if len(f"{key}{told},") <= WIDTH:
        return f"{key}{told},\n"
    margin = " " * 12
    if len(f"{margin}{told}") > WIDTH:
        told = told.replace(" if ", f"\n{margin}if ", 1).replace(" else ", f"\n{margin}else ", 1)
    return f"{key}(\n{margin}{told}\n        ),\n"


def sample(field: Field, number: int) -> str:
    """Answers what a form takes, another one for each *number* from 1 to 9 where there are many."""
    text = f"{field.name[:20]} {number}"
    if field.kind == "string":
        return f'"{text if len(text) <= field.length else number}"'
    if field.kind == "text":
        return f'"{text}"'
    if field.kind == "enum":
        return f'"{field.args[number % len(field.args)]}"'
    if field.kind == "bool":
        return str(number % 2 == 1)
    if field.kind == "decimal":
        digits, scale = field.precision
        return f'"{number:.{scale}f}"' if digits > scale else f'"0.{number:0{scale}}"'
    return KINDS[field.kind].sample.format(n=number)


def _alias(field: Field, name: str) -> str:
    if field.kind == "enum":
        return call(f"{name} = Literal[", [f'"{one}"' for one in field.args], "]") + "\n"
    precision = ", ".join(map(str, field.precision))
    form = KINDS[field.kind].form.format(length=field.length, precision=precision)
    return f"{name} = {form}\n"


def given(field: Field, type: str) -> str:
    """Answers the line of a form for *field*; a secret stays out of the form's repr."""
    secret = is_secret(field.column)
    if field.null:
        default = "Field(default=None, repr=False)" if secret else "None"
        return f"    {field.column}: {type} | None = {default}\n"
    return f"    {field.column}: {type}{' = Field(repr=False)' * secret}\n"

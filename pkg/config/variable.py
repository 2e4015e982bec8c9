"""One setting as people meet it: its name, what it does, its default and its range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

BOUNDS = {
    "ge": "at least",
    "gt": "over",
    "le": "at most",
    "lt": "under",
    "max_length": "length up to",
}


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that some topic reads; what ``.env.example`` and the reference are made of."""

    name: str
    description: str
    default: str = ""
    range: str = ""
    secret: bool = False
    topic: str = ""


def describe(name: str, info: FieldInfo, *, default: object, topic: type[BaseModel]) -> Variable:
    """Answers the variable behind a model's field."""
    return Variable(
        name,
        info.description or "",
        default=as_text(default),  # even a secret's: what stands in the source is none
        range=_range(info),
        secret=_is_secret(info.annotation),
        topic=(topic.__doc__ or topic.__name__).strip().splitlines()[0],
    )


def as_text(value: object) -> str:
    """Answers *value* the way it would be written in ``.env``."""
    if value is None or repr(value) == "PydanticUndefined":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple | list | set | frozenset):
        return ",".join(as_text(part) for part in value)
    return str(value)


def _is_secret(annotation: Any) -> bool:
    return annotation is SecretStr or SecretStr in get_args(annotation)


def _range(info: FieldInfo) -> str:
    choices = _choices(info.annotation)
    if choices:
        return " | ".join(choices)
    if info.annotation is bool:
        return "true | false"
    found = (
        f"{words} {getattr(rule, sign)}"
        for rule in info.metadata
        for sign, words in BOUNDS.items()
        if getattr(rule, sign, None) is not None
    )
    return ", ".join(found)


def _choices(annotation: Any) -> list[str]:
    parts = (annotation, *get_args(annotation))
    return [str(c) for part in parts if get_origin(part) is Literal for c in get_args(part)]

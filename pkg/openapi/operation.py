"""What a document needs to know of one way in: plain values, of whatever framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class File:
    """A body that is one file: the multipart field *name*."""

    name: str
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Header:
    """A header a caller may send, and the values it takes; none: any."""

    name: str
    values: tuple[str, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one path.

    Fields of *form* that *path* names come from there; the others from the query or, with
    *in_body*, from a JSON body. *answer* is any type pydantic can describe, None for no content.
    """

    id: str
    method: str
    path: str
    summary: str = ""
    description: str = ""
    tag: str = ""
    form: type[BaseModel] | None = None
    in_body: bool = False
    file: File | None = None
    answer: Any = None
    wrap: str = ""  # the member the answer stands under; "" where it goes out as it is
    is_paged: bool = False  # items under `wrap`, the pager beside them
    media: str = "application/json"
    status: int = 200
    again: int | None = None  # another status of the same answer
    needs: tuple[str, ...] = ()  # security schemes, any of which will do; "": none, for some
    # By status told as a problem, the codes it may have.
    refusals: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    headers: tuple[Header, ...] = ()  # of the request

    @property
    def answers_data(self) -> bool:
        """Tells whether the answer has a schema, and is not bytes of some other kind."""
        return self.answer is not None and self.media == "application/json"

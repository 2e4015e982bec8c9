"""Which part of a list somebody asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of a list that is read by cursor, of rows that have these values.

    *sort* is checked by its form; a filter that is None lets every row pass.
    """

    sort: str
    per_page: int
    cursor: str | None = None
    filters: Mapping[str, object] = field(default_factory=dict)

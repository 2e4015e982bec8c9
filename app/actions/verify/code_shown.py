"""A one-time code that somebody shows, as proof of an address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class CodeShown:
    """A code and the E.164 mobile or canonical e-mail it was sent to."""

    target: str
    code_id: str
    code: str = field(repr=False)

    @property
    def kind(self) -> Literal["mobile", "email"]:
        """What the target is: the column it is kept in, and the scheme that signs in by it."""
        return "email" if "@" in self.target else "mobile"

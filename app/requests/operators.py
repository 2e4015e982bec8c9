"""What operators type."""

from __future__ import annotations

from pydantic import BaseModel

from pkg.validation import Identifier


class Whom(BaseModel, frozen=True, extra="forbid"):
    """Somebody by what they sign in by."""

    user: Identifier

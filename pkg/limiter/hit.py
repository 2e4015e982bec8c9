"""What a limit said."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """The verdict, and the rule that decides it: of several the one nearest to its end.

    *window* 0: nothing was counted, so there is nothing to tell.
    """

    name: str
    allowed: bool
    limit: int = 0
    remaining: int = 0
    reset_after: float = 0.0  # seconds
    window: int = 0  # seconds

    @property
    def retry_after(self) -> int:
        """Whole seconds until a unit is free again, at least 1."""
        return max(1, math.ceil(self.reset_after))

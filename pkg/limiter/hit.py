"""What a limit said."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """The verdict, and the rule that decides it: of several the one nearest to its end.

    *window* 0: no rule applied, there is nothing to tell.
    """

    name: str
    allowed: bool
    limit: int = 0
    remaining: int = 0
    reset_after: float = 0.0  # seconds
    window: int = 0  # seconds
    scope: str = ""

    @property
    def retry_after(self) -> int:
        """Whole seconds until a unit is free again, at least 1."""
        return max(1, math.ceil(self.reset_after))

    def headers(self) -> dict[str, str]:
        """The `RateLimit` headers, in lower case, and `retry-after` where it was refused.

        Source: draft-ietf-httpapi-ratelimit-headers, RFC 6585.
        """
        if not self.window:
            return {}
        told = {
            "ratelimit-policy": f'"{self.name}";q={self.limit};w={self.window}',
            "ratelimit": f'"{self.name}";r={self.remaining};t={math.ceil(self.reset_after)}',
        }
        return told if self.allowed else {**told, "retry-after": str(self.retry_after)}

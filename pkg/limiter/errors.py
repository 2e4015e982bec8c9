"""What a limit may answer instead."""

from __future__ import annotations

from pkg.errors import Exhausted, Unavailable
from pkg.limiter.hit import Hit


class LimitExceeded(Exhausted):
    """A limit is used up; *hit* says which, `retry_after` when it is free again."""

    code = "limit.exceeded"

    def __init__(self, hit: Hit) -> None:
        super().__init__(f"the limit {hit.name} is used up", retry_after=hit.retry_after)
        self.hit = hit


class LimiterUnavailable(Unavailable):
    """The counters are away, and this limit is one that does not let pass unseen."""

    code = "limiter.unavailable"

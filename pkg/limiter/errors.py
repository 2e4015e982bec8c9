"""What a limit may answer instead."""

from __future__ import annotations

from pkg.errors import Exhausted, Unavailable


class LimitExceeded(Exhausted):
    """A limit is used up; `retry_after` says when a unit is free again."""

    code = "limit.exceeded"


class LimiterUnavailable(Unavailable):
    """The counters are away, and this limit is one that does not let pass unseen."""

    code = "limiter.unavailable"

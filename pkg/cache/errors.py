"""What a store and a lock may answer instead."""

from __future__ import annotations

from pkg.errors import Exhausted, Rejected, Unavailable


class CacheUnavailable(Unavailable):
    """The store is away, slow or full; nothing is known about the verb's effect."""

    code = "cache.unavailable"


class NotACounter(Rejected):
    """What stands there is no whole number, or the sum would leave 18 digits."""

    code = "cache.not_a_counter"


class LockHeld(Exhausted):
    """Somebody else holds the lock, and did so for as long as the caller would wait."""

    code = "lock.held"


class LockLost(Rejected):
    """The lock ran out, and may be somebody else's by now: stop what it guarded."""

    code = "lock.lost"

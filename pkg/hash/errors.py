from __future__ import annotations

from pkg.errors import Unavailable


class HashingBusy(Unavailable):
    """More passwords wait for the pool than it will get to in time; come back later."""

    code = "hash.busy"

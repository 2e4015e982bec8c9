"""What a command's exit code says."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The codes every command keeps to."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3  # production, without --force
    BROKEN = 70  # hub:stress saw a promise broken; sysexits.h EX_SOFTWARE
    LOCKED = 75  # another process holds the lock; sysexits.h EX_TEMPFAIL

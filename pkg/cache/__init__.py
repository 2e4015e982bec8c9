from __future__ import annotations

from pkg.cache.cache import Cache
from pkg.cache.config import CacheConfig
from pkg.cache.contract import Clears, Executor, Held, Locks, Measures, Store
from pkg.cache.errors import CacheUnavailable, LockHeld, LockLost, NotACounter
from pkg.cache.lock import Lock

__all__ = [
    "Cache",
    "CacheConfig",
    "CacheUnavailable",
    "Clears",
    "Executor",
    "Held",
    "Lock",
    "LockHeld",
    "LockLost",
    "Locks",
    "Measures",
    "NotACounter",
    "Store",
]

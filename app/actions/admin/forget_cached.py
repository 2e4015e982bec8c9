"""What the cache holds, thrown away in every process."""

from __future__ import annotations

from app.container import Services
from pkg.errors import Rejected

MAX_KEY = 190  # what a signal's subject holds


class KeyTooLong(Rejected):
    """Such a key can be forgotten by no signal."""

    code = "cache.key_too_long"


async def forget_cached(services: Services, key: str) -> bool:
    """Removes *key* from the cache of every process; True when one of ours went.

    A cache in memory is each process's own: the others learn of it by a signal, within a second.

    Raises:
        KeyTooLong: it is over 190 characters.
    """
    if len(key) > MAX_KEY:
        raise KeyTooLong(f"a key to forget has at most {MAX_KEY} characters")
    went = await services.cache.forget(key)
    await services.signals.tell("cache.forget", key)
    return went


async def clear_cache(services: Services) -> None:
    """Empties the cache of every process."""
    await services.cache.clear()
    await services.signals.tell("cache.clear", "")

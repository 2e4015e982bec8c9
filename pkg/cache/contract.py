"""What a driver that keeps bytes owes, and one that keeps locks."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, NamedTuple, Protocol


class Store(ABC):
    """Bytes by key, each with a life. Any verb may raise CacheUnavailable.

    Each verb is one step for all callers on all nodes that share the store. A *ttl* of 0 or less,
    or none at all, is a ValueError. Cancelling a verb leaves it done or not done, never half.
    """

    @abstractmethod
    async def get(self, key: str) -> bytes | None:
        """Answers the live value of *key*, or None."""

    @abstractmethod
    async def put(self, key: str, value: bytes, *, ttl: float | None) -> None:
        """Stores *value* over any other. *ttl*: seconds above 0, or None for ever."""

    @abstractmethod
    async def add(self, key: str, value: bytes, *, ttl: float | None) -> bool:
        """Stores where nothing lives, in one step; True for the one caller who did."""

    @abstractmethod
    async def take(self, key: str) -> bytes | None:
        """Reads and removes in one step: of N racers exactly one gets the value."""

    @abstractmethod
    async def increment(self, key: str, by: int = 1, *, ttl: float | None) -> int:
        """Adds in one step and answers the sum. *ttl* runs from the counter's birth.

        `get` answers a counter as decimal text.

        Raises:
            NotACounter: what lives there is no whole number.
        """

    @abstractmethod
    async def forget(self, key: str) -> bool:
        """Removes *key*; True when a live value went."""


class Locks(ABC):
    """Names, each held by at most one owner. Any verb may raise CacheUnavailable.

    Lock names and keys of the same driver never meet. An owner is a token nobody can guess, new
    for each holder; a lock is not reentrant. Nothing throws a live lock away to make room.
    """

    @abstractmethod
    async def acquire(self, name: str, owner: str, *, ttl: float) -> bool:
        """Takes *name* for *ttl* seconds if nobody holds it; True for the one caller who did."""

    @abstractmethod
    async def release(self, name: str, owner: str) -> bool:
        """Gives *name* back if *owner* still holds it, else changes nothing and answers False."""

    @abstractmethod
    async def extend(self, name: str, owner: str, *, ttl: float) -> bool:
        """Lets *owner* hold *name* for *ttl* seconds from now, if it still does."""


class Clears(ABC):
    """A store that can be emptied."""

    @abstractmethod
    async def clear(self, prefix: str) -> None:
        """Removes every key that starts with *prefix*.

        In a database all entries go, since only digests of keys stand there: its table is for
        one cache alone. What is written meanwhile may stay or go.
        """


class Held(NamedTuple):
    """How much a store holds."""

    entries: int
    bytes: int  # of values; keys and what a driver adds come on top


class Measures(ABC):
    """A store that tells how much it holds."""

    @abstractmethod
    async def measure(self, prefix: str) -> Held:
        """Counts what lives under *prefix*, one look at a time: for people, not for each request.

        In a database all entries count, as for `Clears`.
        """


class Executor(Protocol):
    """Just enough of a database for a store. `pkg.database.Database` is one."""

    @property
    def dialect(self) -> Literal["sqlite", "postgres", "mysql"]: ...

    @property
    def is_in_transaction(self) -> bool:
        """Tells whether statements join a transaction that the caller began."""
        ...

    async def fetch(self, sql: str, params: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Answers the rows; each value is a `?` in *sql*."""
        ...

    async def execute(self, sql: str, params: Sequence[object] = ()) -> int:
        """Answers how many rows were touched."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """All of the block or nothing; joins an open one."""
        ...


def checked(ttl: float | None) -> None:
    """Refuses a life that drivers would understand differently.

    Raises:
        ValueError: *ttl* is not above 0, or not finite.
    """
    if ttl is not None and not (0 < ttl < math.inf):
        raise ValueError(f"a ttl is seconds above 0, or None for ever, not {ttl}")


def is_number(value: bytes) -> bool:
    """Tells whether a counter can go on from *value*: a whole number of up to 18 digits."""
    digits = value.removeprefix(b"-")
    return digits.isdigit() and len(digits) <= 18

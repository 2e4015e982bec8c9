"""Passwords in, hashes out, never on the event loop."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from pkg.hash.contract import HashDriver
from pkg.hash.errors import HashingBusy
from pkg.pool import Pool


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check found: *upgraded* is a fresh hash to store where the old one is out of date."""

    ok: bool
    upgraded: str | None = field(default=None, repr=False)


class Hasher:
    """Makes hashes with *driver* and checks those of *driver* and of *legacy*.

    A hash is never recognised in what a person typed: `make` hashes whatever it is given.
    """

    def __init__(
        self,
        driver: HashDriver,
        *,
        legacy: Sequence[HashDriver] = (),
        workers: int = 0,
        max_waiting: int = 1_000,
    ) -> None:
        self._driver = driver
        self._known = (driver, *legacy)
        # One core stays with the event loop, so that a storm of logins delays nobody else.
        threads = workers or max(1, (os.cpu_count() or 2) - 1)
        self._pool = Pool("hash", workers=threads, max_waiting=max_waiting, full=_busy)

    async def make(self, password: str) -> str:
        """Answers a salted hash of *password* at today's cost.

        Raises:
            HashingBusy: the queue is full.
        """
        return await self._pool.run(lambda: self._driver.make(plain(password)))

    async def verify(self, password: str, hashed: str | None) -> Verified:
        """Tells whether *password* made *hashed*, and hands over a better hash where due.

        None, or a hash of no known kind, costs the same as a real check and is never right, so an
        absent account cannot be told by the time it takes. A legacy hash takes its own time.

        Raises:
            HashingBusy: the queue is full.
        """
        return await self._pool.run(lambda: self._check(plain(password), hashed or ""))

    def close(self) -> None:
        """Lets running checks end, drops waiting ones, stops the threads."""
        self._pool.close()

    def _check(self, password: bytes, hashed: str) -> Verified:
        driver = next((known for known in self._known if known.recognises(hashed)), None)
        if driver is None:
            self._driver.verify(password, self._driver.dummy())
            return Verified(ok=False)
        if not driver.verify(password, hashed):
            return Verified(ok=False)
        stale = driver is not self._driver or driver.is_outdated(hashed)
        return Verified(ok=True, upgraded=self._driver.make(password) if stale else None)


def _busy() -> HashingBusy:
    return HashingBusy("the password queue is full", retry_after=1)


def plain(password: str) -> bytes:
    """Answers what is hashed: NFC, so that é typed as one sign or as two is the same password."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")

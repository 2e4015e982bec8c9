"""Whether people are let in, on every node alike."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self

from app.models import Setting
from app.providers.signals import Signals

NAME: Final = "maintenance"  # of the row, and of the signal
HEADER: Final = "X-Maintenance-Secret"
RETRY_AFTER: Final = 30  # seconds, where a setting closes and nobody says more


@dataclass(frozen=True, slots=True)
class Closed:
    """The doors are closed: when to come back, and what opens them all the same."""

    retry_after: int = RETRY_AFTER  # seconds
    secret_hash: str = field(default="", repr=False)  # SHA-256, hex; "": nobody passes

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Answers what `text` was written from; "" are open doors."""
        seconds, _, secret_hash = text.partition(" ")
        return cls(int(seconds), secret_hash) if seconds else None

    @property
    def text(self) -> str:
        return f"{self.retry_after} {self.secret_hash}".rstrip()

    def is_opened_by(self, secret: str) -> bool:
        """Tells whether *secret* is the one of these doors."""
        shown = hashed(secret) if secret else ""
        return bool(shown) and hmac.compare_digest(shown, self.secret_hash)


def hashed(secret: str) -> str:
    """Answers what is kept of *secret*; it is random, so a plain digest tells nothing."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class Doors:
    """What an operator decided, as this node knows it; *by_setting* holds whatever they decide.

    A signal carries the whole decision: its transaction holds the row, so signals are in the order
    of decisions, and a node needs no second look that could fail. *shut* is called at each
    closing this node hears of.
    """

    def __init__(self, signals: Signals, *, by_setting: bool) -> None:
        self._signals = signals
        self._always = Closed() if by_setting else None
        self._told: Closed | None = None
        self.shut: Callable[[Closed], object] = lambda _: None
        signals.on(NAME, self._hear)

    @property
    def closed(self) -> Closed | None:
        """How they are closed, or None."""
        return self._told or self._always

    async def read(self) -> None:
        """Learns what was decided before this process came, or while it was away.

        Raises:
            Unavailable: the database does not answer.
        """
        row = await Setting.get_or_none(name=NAME)
        before, self._told = self._told, Closed.read(row.value) if row is not None else None
        if self._told is not None and self._told != before:
            self.shut(self._told)

    async def close(self, closed: Closed) -> None:
        """Has every node close, once the surrounding transaction commits."""
        await Setting.update_or_create({"value": closed.text}, name=NAME)
        await self._signals.tell(NAME, closed.text)

    async def open(self) -> bool:
        """Has every node open again, once the transaction commits; False where nothing was shut."""
        if not await Setting.filter(name=NAME).delete():
            return False
        await self._signals.tell(NAME, "")
        return True

    async def _hear(self, subject: str) -> None:
        self._told = Closed.read(subject)
        if self._told is not None:
            self.shut(self._told)

"""What a way to hash passwords promises."""

from __future__ import annotations

from abc import ABC, abstractmethod


class HashDriver(ABC):
    """One password hash. Each verb is pure CPU (25 to 300 ms): the face runs it in the pool.

    A password comes as bytes, already normalised, of any length and content. Every byte counts:
    no driver cuts one.
    """

    @abstractmethod
    def make(self, password: bytes) -> str:
        """Answers a salted hash in the PHC manner, a different one each time."""

    @abstractmethod
    def verify(self, password: bytes, hashed: str) -> bool:
        """Tells whether *password* made *hashed*, which this driver recognises. Never raises."""

    @abstractmethod
    def recognises(self, hashed: str) -> bool:
        """Tells whether *hashed* is one of this driver's, whatever its cost. Cheap."""

    @abstractmethod
    def is_outdated(self, hashed: str) -> bool:
        """Tells whether *hashed* was made at another cost than today's. Cheap."""

    @abstractmethod
    def dummy(self) -> str:
        """Answers a hash that no password has and that costs a real check to find out. Cheap."""

"""What a place for files owes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass


class Storage(ABC):
    """Files by name, in one flat space. The names are those of :mod:`pkg.file.name`.

    Any other text is nobody's name: ``get`` and ``delete`` find nothing there, whatever its dots,
    slashes and escapes, and ``put`` refuses it. Every verb but ``url`` may raise FileUnavailable.
    """

    @abstractmethod
    async def put(self, name: str, data: bytes) -> None:
        """Stores *data* as *name* over any other, in one step: nobody ever reads a part of it.

        Once it returns, the file outlives a power cut; cancelled or failed it leaves all or none.

        Raises:
            BadFileName: *name* is none of ours; nothing was written.
        """

    @abstractmethod
    async def get(self, name: str) -> bytes | None:
        """Answers what is stored as *name*, or None."""

    @abstractmethod
    async def delete(self, name: str) -> bool:
        """Removes *name*; True when a file went."""

    @abstractmethod
    def url(self, name: str) -> str:
        """Answers where a browser finds *name*: a path of ours, or an address elsewhere."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as a listing has it."""

    name: str
    bytes: int
    at: float  # seconds since 1970 by the storage's own clock, when it was last written


class Lists(ABC):
    """A storage that tells what is in it. Any verb may raise FileUnavailable.

    What is written or removed meanwhile may be told or not.
    """

    @abstractmethod
    async def listing(self) -> Sequence[Stored]:
        """Answers every file that has a name of ours."""

    @abstractmethod
    async def leftovers(self) -> Sequence[Stored]:
        """Answers what writes that never ended left behind; what is being written now is told too.

        Their names are no names of files: only `discard` takes them.
        """

    @abstractmethod
    async def discard(self, leftover: str) -> bool:
        """Removes one by its name; True when something went. Any other name is nobody's."""

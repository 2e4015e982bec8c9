"""What a way to paint puzzles promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Puzzle:
    """A picture, and what a person who sees it types."""

    answer: str = field(repr=False)  # printable ASCII without blanks, never empty
    image: bytes = field(repr=False)
    media: str = "image/png"


class Painter(ABC):
    """One kind of puzzle."""

    @abstractmethod
    def paint(self) -> Puzzle:
        """Makes a puzzle nobody can foresee. 2 to 5 ms of CPU: the face runs it in the pool.

        The image is all there is to see: no name, comment or other data in it hints at the answer.
        """

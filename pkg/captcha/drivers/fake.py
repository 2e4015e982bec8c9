from __future__ import annotations

from pkg.captcha.contract import Painter, Puzzle

# a PNG of one black pixel
IMAGE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)


class FakePainter(Painter):
    """Always asks for *answer* and paints nothing. *painted* counts; *failure* is raised if set."""

    def __init__(self, *, answer: str = "42") -> None:
        self.answer = answer
        self.painted = 0
        self.failure: Exception | None = None

    def paint(self) -> Puzzle:
        self.painted += 1
        if self.failure is not None:
            raise self.failure
        return Puzzle(self.answer, IMAGE)

from __future__ import annotations

import secrets

from pkg.captcha.contract import Painter, Puzzle

DIGITS = "23456789"  # no 0 and 1: too like letters, and a slanted 1 is a 7


class DigitsPainter(Painter):
    """*length* digits to copy: 8 to the power of that many puzzles."""

    def __init__(self, *, length: int = 5) -> None:
        self._length = length

    def paint(self) -> Puzzle:
        from pkg.captcha.drivers.canvas import draw  # noqa: PLC0415  Pillow: not at boot

        answer = "".join(secrets.choice(DIGITS) for _ in range(self._length))
        return Puzzle(answer, draw(answer))

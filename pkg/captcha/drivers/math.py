from __future__ import annotations

import secrets

from pkg.captcha.contract import Painter, Puzzle


class MathPainter(Painter):
    """A small sum: `27 + 5 = ?`.

    Two digits and one, as of two single digits every ninth makes ten: a blind guess would do.
    Always a plus, as a minus is lost in the noise; half the noise, as no sign may be misread.
    """

    def paint(self) -> Puzzle:
        from pkg.captcha.drivers.canvas import draw  # noqa: PLC0415  Pillow: not at boot

        signs, answer = made()
        return Puzzle(answer, draw(signs, height=54, noise=1))


def made() -> tuple[str, str]:
    """Answers a sum as it is drawn, and what it comes to."""
    left, right = 11 + secrets.randbelow(59), 2 + secrets.randbelow(8)
    return f"{left}+{right}=?", str(left + right)

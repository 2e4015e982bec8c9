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

        left, right = 11 + secrets.randbelow(59), 2 + secrets.randbelow(8)
        return Puzzle(str(left + right), draw(f"{left}+{right}=?", height=54, noise=1))

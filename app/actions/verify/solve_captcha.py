"""The check that stands before whatever costs money or tells something."""

from __future__ import annotations

from app.container import Services
from app.errors import CaptchaRequired, CaptchaWrong


async def solve_captcha(services: Services, *, id: str | None, answer: str | None) -> None:
    """Spends the puzzle *id*, whatever the answer.

    Raises:
        CaptchaRequired: one of the two is absent.
        CaptchaWrong: the answer is wrong, or the puzzle spent or too old.
    """
    if not id or not answer:
        raise CaptchaRequired
    if not await services.captcha.verify(id, answer):
        raise CaptchaWrong

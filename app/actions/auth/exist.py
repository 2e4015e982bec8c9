"""Whether somebody has an account, where the operator lets that be told."""

from __future__ import annotations

from app.actions.verify.solve_captcha import solve_captcha
from app.container import Services
from app.errors import ExistHidden
from app.models import User


async def exist(services: Services, *, target: str, captcha_id: str, captcha_answer: str) -> bool:
    """Tells whether *target* has an account.

    Raises:
        ExistHidden: it is not told here.
        CaptchaWrong: the captcha is not solved.
    """
    if services.settings.auth.enumeration == "protect":
        raise ExistHidden
    await solve_captcha(services, id=captcha_id, answer=captcha_answer)
    return await User.by_address(target) is not None

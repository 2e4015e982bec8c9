"""A captcha that tests need not solve."""

from __future__ import annotations

from pkg.captcha.captcha import Captcha

SKIP = "captcha_skip_test"


class HookedCaptcha(Captcha):
    """Takes the id `captcha_skip_test` for solved, whatever the answer, as often as it comes.

    The container puts it in while `AUTH_TEST_HOOKS` is on, which local and testing alone allow.
    """

    async def verify(self, id: str, answer: str) -> bool:
        return id == SKIP or await super().verify(id, answer)

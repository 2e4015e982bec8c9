from __future__ import annotations

from pkg.captcha.captcha import Captcha, Issued
from pkg.captcha.config import CaptchaConfig
from pkg.captcha.contract import Painter, Puzzle
from pkg.captcha.errors import CaptchaBusy, UnknownKind
from pkg.captcha.hooked import HookedCaptcha

__all__ = [
    "Captcha",
    "CaptchaBusy",
    "CaptchaConfig",
    "HookedCaptcha",
    "Issued",
    "Painter",
    "Puzzle",
    "UnknownKind",
]

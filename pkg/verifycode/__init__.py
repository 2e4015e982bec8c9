from __future__ import annotations

from pkg.verifycode.config import VerifyCodeConfig
from pkg.verifycode.errors import CodeBudget, CodeCooldown, TooManyTries, WrongCode
from pkg.verifycode.hooked import HookedVerifyCode
from pkg.verifycode.verifycode import Issued, VerifyCode

__all__ = [
    "CodeBudget",
    "CodeCooldown",
    "HookedVerifyCode",
    "Issued",
    "TooManyTries",
    "VerifyCode",
    "VerifyCodeConfig",
    "WrongCode",
]

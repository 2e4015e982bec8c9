"""PyJWT without `cryptography`: what signs by HMAC needs none of it, and it costs 8 MB and 60 ms.

PyJWT looks for it once, when it is loaded, and does without where it is absent. A name whose entry
in `sys.modules` is None counts as absent (Python's reference, "The module cache"). Whoever else
wants `cryptography` gets it; a first asymmetric key here means that this file goes.
"""

from __future__ import annotations

import sys
from typing import Any

HIDDEN = "cryptography"

_kept: Any = sys.modules.get(HIDDEN)
if _kept is None:
    sys.modules[HIDDEN] = None  # type: ignore[assignment]  # None is what hides it
try:
    from jwt import PyJWS, PyJWTError
finally:
    if _kept is None:
        del sys.modules[HIDDEN]

__all__ = ["PyJWS", "PyJWTError"]

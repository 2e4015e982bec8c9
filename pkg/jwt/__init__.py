from __future__ import annotations

from pkg.jwt.config import JwtConfig
from pkg.jwt.errors import TokenExpired, TokenInvalid, TokenRejected, WeakKey
from pkg.jwt.jwt import Claims, Jwt
from pkg.jwt.keys import Key, KeyRing

__all__ = [
    "Claims",
    "Jwt",
    "JwtConfig",
    "Key",
    "KeyRing",
    "TokenExpired",
    "TokenInvalid",
    "TokenRejected",
    "WeakKey",
]

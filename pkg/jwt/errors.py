from __future__ import annotations

from pkg.errors import Misconfigured, Rejected


class TokenRejected(Rejected):
    """What was shown proves nothing; its children say why. HTTP answers all of them with 401."""

    code = "token.rejected"


class TokenInvalid(TokenRejected):
    """It is not one of ours, is altered, or is meant for something else."""

    code = "token.invalid"


class TokenExpired(TokenRejected):
    """It was right once, and its time is over."""

    code = "token.expired"


class WeakKey(Misconfigured):
    """A signing key is too short, or one key id stands for two keys."""

    code = "key.weak"

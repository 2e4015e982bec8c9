"""Why a token that was ours once proves nothing any more."""

from __future__ import annotations

from pkg.jwt import TokenRejected


class TokenRevoked(TokenRejected):
    """Its session was ended."""

    code = "token.revoked"


class TokenReused(TokenRejected):
    """It was traded for a newer one already: somebody has a copy, so the session was ended."""

    code = "token.reused"

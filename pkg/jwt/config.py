from __future__ import annotations

from pydantic import BaseModel, Field


class JwtConfig(BaseModel, frozen=True, extra="forbid"):
    """Whose tokens these are, and how far nodes' clocks may be apart."""

    issuer: str = Field(
        default="parley",
        min_length=1,
        max_length=255,
        description="Who signs: the claim `iss`.",
    )
    leeway: int = Field(
        default=30,
        ge=0,
        le=60,
        description="Seconds a token may seem to come from the future; its end is never stretched.",
    )
    max_ttl: int = Field(
        default=86_400, ge=60, le=10**9, description="Seconds: no token may live longer."
    )

"""What the operator sets for one-time codes."""

from __future__ import annotations

from pydantic import BaseModel, Field


class VerifyCodeConfig(BaseModel, frozen=True, extra="forbid"):
    """How long a one-time code lives, and how often it may be sent and tried."""

    ttl: int = Field(default=300, ge=30, le=600, description="Seconds a code lives.")
    max_tries: int = Field(
        default=5, ge=1, le=10, description="Wrong codes before the code itself is dead."
    )
    max_sends: int = Field(
        default=5, ge=1, le=20, description="Codes one flow may be sent within an hour."
    )
    cooldown: int = Field(
        default=60, ge=1, le=3600, description="Seconds told to wait before asking for another."
    )

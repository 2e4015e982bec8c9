"""What the operator sets for captchas."""

from __future__ import annotations

from pydantic import BaseModel, Field


class CaptchaConfig(BaseModel, frozen=True, extra="forbid"):
    """How long a puzzle lives, how long it is, and what painting may cost."""

    ttl: int = Field(default=180, ge=30, le=300, description="Seconds a puzzle lives.")
    length: int = Field(default=5, ge=4, le=6, description="Digits in a picture of digits.")
    workers: int = Field(default=1, ge=1, le=16, description="Threads that paint.")
    max_waiting: int = Field(
        default=64, ge=1, le=10_000, description="Pictures in the queue before 503 is said."
    )

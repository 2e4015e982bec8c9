"""How patient a migration is."""

from __future__ import annotations

from pydantic import BaseModel, Field


class MigrateConfig(BaseModel, frozen=True, extra="forbid"):
    """How long one process waits for another that migrates, and how long a silent one counts."""

    wait: float = Field(
        default=30.0, ge=0, le=86_400, description="Seconds to wait while another node migrates."
    )
    lease: float = Field(
        default=60.0, ge=1, le=86_400, description="Seconds after which a silent holder is gone."
    )
    tell: float = Field(
        default=5.0, gt=0, le=3600, description="Seconds between two words about what takes long."
    )
    app: str = Field(
        default="models", max_length=100, description="The Tortoise app that aerich's rows name."
    )

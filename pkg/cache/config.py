"""What the operator sets for the cache."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class CacheConfig(BaseModel, frozen=True, extra="forbid"):
    """Where cached values are kept, and how many."""

    store: Literal["memory", "database", "redis"] = Field(default="memory", description="Where.")
    prefix: str = Field(default="cache:", max_length=32, description="Put before every key.")
    max_items: int = Field(default=10_000, ge=1, le=10**7, description="memory: oldest go first.")

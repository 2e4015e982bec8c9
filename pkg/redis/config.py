"""Where Redis is, and how long anybody waits for it."""

from __future__ import annotations

from pydantic import BaseModel, Field, SecretStr


class RedisConfig(BaseModel, frozen=True, extra="forbid"):
    """The one Redis that cache, limits, one-time things and the hub's bus share."""

    url: SecretStr | None = Field(
        default=None, description="redis://[user:password@]host:port/db, rediss:// or unix://."
    )
    max_connections: int = Field(
        default=50, ge=1, le=10_000, description="Connections at most; callers over that wait."
    )
    pool_timeout: float = Field(
        default=0.5, gt=0, le=60, description="Seconds to wait for a free connection."
    )
    connect_timeout: float = Field(
        default=0.5, gt=0, le=60, description="Seconds a new connection may take."
    )
    timeout: float = Field(default=0.5, gt=0, le=60, description="Seconds to wait for an answer.")

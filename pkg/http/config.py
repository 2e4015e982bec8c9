"""How long other servers are waited for, and how much of them is read."""

from __future__ import annotations

from pydantic import BaseModel, Field


class HttpConfig(BaseModel, frozen=True, extra="forbid"):
    """How long other servers are waited for, and how much of them is read."""

    timeout: float = Field(
        default=10.0, gt=0, le=300, description="Seconds for a request, its answer included."
    )
    connect_timeout: float = Field(
        default=5.0, gt=0, le=300, description="Seconds a new connection may take."
    )
    max_bytes: int = Field(
        default=1 << 20, ge=1024, le=1 << 30, description="The largest answer that is read."
    )
    max_connections: int = Field(
        default=20, ge=1, le=10_000, description="Connections at most; requests over that wait."
    )
    ca: str = Field(
        default="",
        max_length=1024,
        description="A file of certificates to trust instead of the system's.",
    )

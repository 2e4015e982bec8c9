"""What the server itself allows a connection, before any request reaches the application."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ServeConfig(BaseModel, frozen=True, extra="forbid"):
    """The server's own bounds; a proxy in front may keep tighter ones."""

    host: str = Field(default="127.0.0.1", description="Where `serve` listens.")
    port: int = Field(default=8000, ge=0, le=65535, description="Its port; 0 takes a free one.")
    grace: float = Field(
        default=20.0, ge=0, le=600, description="Seconds that what is under way gets to finish."
    )
    max_connections: int = Field(
        default=10_000, ge=1, le=10**6, description="Connections at once; the next is closed."
    )
    max_header_bytes: int = Field(
        default=16_384, ge=1024, le=10**6, description="The largest head of a request."
    )
    stall_timeout: float = Field(
        default=10.0,
        gt=0,
        le=600,
        description="Seconds for a request's head, and for each stretch of its body or answer.",
    )
    stall_bytes: int = Field(
        default=1024, ge=1, le=10**6, description="What such a stretch of a body holds at least."
    )
    idle_timeout: int = Field(
        default=15, ge=1, le=600, description="Seconds a kept connection may be silent."
    )

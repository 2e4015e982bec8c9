"""What the hub promises its clients, and what it asks of them."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field

MAX_FRAME = 65_536  # bytes; the server takes in no more, whatever HUB_MAX_SIZE says
PING_SECONDS = 25  # of silence, after which the server asks; the welcome tells


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or value != f"{parts.scheme}://{parts.netloc}":
        raise ValueError("must be origins such as https://example.com, without a path")
    return value.lower()


class HubConfig(BaseModel, frozen=True, extra="forbid"):
    """Bounds on sockets, frames and queues; `LIMITER_ENABLED=false` lifts the caps and rates."""

    notices: bool = Field(
        default=False,
        description="Tell plain clients of all nodes who comes and goes: many members, many lines.",
    )
    origins: tuple[Annotated[str, AfterValidator(_origin)], ...] = Field(
        default=(), description="Origins whose pages may open a socket, beside APP_URL's own."
    )
    transport: Literal["own", "asgi"] = Field(
        default="own",
        description="own: straight to the socket. asgi: through the server, slower by far.",
    )
    tick_ms: int = Field(
        default=0, ge=0, le=1000, description="Milliseconds to gather frames; 0: one loop turn."
    )
    hello_timeout: float = Field(
        default=5.0, gt=0, le=60, description="Seconds until a silent newcomer is closed (4401)."
    )
    max_size: int = Field(
        default=MAX_FRAME, ge=1024, le=MAX_FRAME, description="Bytes of the largest frame taken in."
    )
    compression: bool = Field(
        default=False,
        description="Pack frames for clients that offer it: less to send, more work for each.",
    )
    edit_window: int = Field(
        default=900, ge=0, le=10**8, description="Seconds in which one may edit or recall."
    )
    rate: float = Field(default=20.0, gt=0, le=10_000, description="Frames a second, each client.")
    burst: int = Field(default=40, ge=1, le=100_000, description="Frames at once, each client.")
    single_device: bool = Field(
        default=False,
        description="A user's newest session closes the sockets of their others (4509).",
    )
    per_user: int = Field(default=10, ge=1, le=10**6, description="Sockets of one user.")
    per_address: int = Field(default=500, ge=1, le=10**6, description="Sockets of one address.")
    per_node: int = Field(default=20_000, ge=1, le=10**7, description="Sockets of this process.")
    handshakes: float = Field(
        default=50.0, gt=0, le=10**6, description="Handshakes a second, each address."
    )
    unacked: int = Field(
        default=128, ge=1, le=4096, description="Messages of one client that may wait for an ack."
    )
    outbox_high: int = Field(
        default=262_144,
        ge=65_536,
        le=1 << 26,
        description="Bytes waiting for one client above which it lags and gets no more pushes.",
    )
    outbox_low: int = Field(
        default=65_536, ge=1024, le=1 << 26, description="Bytes below which it catches up."
    )
    stall_timeout: float = Field(
        default=15.0, gt=0, le=600, description="Seconds a lagging client may take nothing (4408)."
    )
    queue: int = Field(
        default=4096, ge=1, le=10**6, description="Messages waiting for a commit before store.busy."
    )
    batch: int = Field(default=512, ge=1, le=4096, description="Messages of one commit at most.")
    queue_age: float = Field(
        default=0.25,
        gt=0,
        le=60,
        description="Seconds a message may wait for its commit before its sender is read no more.",
    )

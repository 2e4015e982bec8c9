"""How nodes are told of each other's messages."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, SecretStr


class BusConfig(BaseModel, frozen=True, extra="forbid", validate_by_name=True):
    """The bus between the nodes of one application."""

    driver: Literal["memory", "redis"] = Field(
        default="memory",
        validation_alias="HUB_BUS",
        description="memory: one process, or redis: several. With REDIS_URL set: redis.",
    )
    url: SecretStr | None = Field(
        default=None,
        description="A Redis of its own; empty: REDIS_URL. Also redis+cluster://host:port,host:port"
        " and redis+sentinel://host:port,host:port/service/db, rediss+ for TLS.",
    )
    name: str = Field(
        default="parley",
        pattern=r"^[^:{}\s]{1,64}$",
        description="Sets applications on one Redis apart; from APP_NAME where empty.",
    )
    timeout: float = Field(
        default=2.0, gt=0, le=60, description="Seconds a connection may take to be ready."
    )

"""How the database is reached."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, SecretStr


class DatabaseConfig(BaseModel, frozen=True, extra="forbid"):
    """Where the tables are, how many connections lead there, and how long each step may take."""

    url: SecretStr = Field(
        default=SecretStr("sqlite://storage/app.sqlite3"),
        description="sqlite://path below the project, sqlite:///absolute/path, postgres:// or mysql://.",
    )
    pool_min: int = Field(default=1, ge=0, le=1000, description="Connections kept open (servers).")
    pool_max: int = Field(
        default=10,
        ge=1,
        le=1000,
        description="Connections at most; workers times this must stay under the server's limit.",
    )
    pool_timeout: float = Field(
        default=5.0, gt=0, le=600, description="Seconds to wait for a free connection."
    )
    connect_timeout: float = Field(
        default=5.0, ge=1, le=600, description="Seconds a new connection may take."
    )
    statement_timeout: float = Field(
        default=30.0, ge=0, le=86_400, description="Seconds one statement may run; 0: no limit."
    )
    lock_timeout: float = Field(
        default=5.0, gt=0, le=600, description="Seconds to wait for a row or a file held by others."
    )
    synchronous: Literal["OFF", "NORMAL", "FULL", "EXTRA"] = Field(
        default="FULL",
        description="SQLite: what a commit waits for. Below FULL a power cut may take acked ones.",
    )

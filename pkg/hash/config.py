from __future__ import annotations

from pydantic import BaseModel, Field


class HashConfig(BaseModel, frozen=True, extra="forbid"):
    """What one password costs, and how many are worked on at once."""

    memory_kib: int = Field(
        default=19_456, ge=8, le=2**22, description="argon2id: memory for one hash, in KiB."
    )
    time_cost: int = Field(default=2, ge=1, le=64, description="argon2id: passes over that memory.")
    parallelism: int = Field(default=1, ge=1, le=64, description="argon2id: lanes of one hash.")
    workers: int = Field(
        default=0, ge=0, le=64, description="Threads that hash; 0: one less than the cores."
    )
    max_waiting: int = Field(
        default=1_000, ge=1, le=10**6, description="Passwords in the queue before 503 is said."
    )

"""What the operator sets for the log."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class LogConfig(BaseModel, frozen=True, extra="forbid"):
    """How much is logged, how it looks, and how much disk it may take."""

    level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = Field(
        default="INFO", description="The least level that is written."
    )
    format: Literal["pretty", "json"] = Field(
        default="pretty", description="Lines for people, or one JSON object a line."
    )
    file: bool = Field(default=True, description="Also write storage/logs/parley.log.")
    max_bytes: int = Field(
        default=10 * 2**20, ge=4096, le=2**30, description="A log file of this size is rotated."
    )
    keep: int = Field(default=5, ge=1, le=100, description="Rotated files that are kept.")

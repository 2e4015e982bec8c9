"""Where files are kept, and what a picture may cost."""

from __future__ import annotations

from pydantic import BaseModel, Field


class FileConfig(BaseModel, frozen=True, extra="forbid", populate_by_name=True):
    """Where files are kept, and what a picture may cost."""

    url: str = Field(
        default="file://storage/uploads",
        max_length=1024,
        validation_alias="STORAGE_URL",
        description="Where uploads are kept: file://folder below the project, or file:///absolute.",
    )
    max_image_bytes: int = Field(
        default=5 << 20, ge=1024, le=5 << 20, description="The largest picture taken, in bytes."
    )
    max_pixels: int = Field(
        default=24_000_000, ge=10_000, le=10**9, description="The largest picture taken, in pixels."
    )
    workers: int = Field(
        default=1, ge=1, le=64, description="Pictures worked on at once, up to 400 MB each."
    )
    max_waiting: int = Field(
        default=100, ge=1, le=10**5, description="Pictures in the queue before 503 is said."
    )
    timeout: float = Field(
        default=15.0, gt=0, le=600, description="Seconds for one picture, its wait included."
    )

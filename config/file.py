"""Reads STORAGE_URL and FILE_*."""

from __future__ import annotations

from pathlib import Path

from pkg.config import Env
from pkg.file import BadStorageUrl, FileConfig, locate


def load(env: Env) -> FileConfig:
    """Reads STORAGE_URL and FILE_*; a URL that names no folder is told here, not at first use."""
    config = env.read(FileConfig, "FILE_")
    try:
        locate(config.url, Path("project"))
    except BadStorageUrl as exc:
        env.fault("STORAGE_URL", str(exc))
    return config

"""Environments of other people's packages, for what a benchmark stands beside."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def cache() -> Path:
    """Answers the folder for what benchmarks compile and install; `BENCH_CACHE` moves it."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("BENCH_CACHE") or home / "parley-bench")


def made(name: str) -> bool:
    """Tells whether the environment *name* is there and whole."""
    return (cache() / name / "installed").exists()


def venv(name: str, packages: Sequence[str]) -> Path:
    """Answers the python of the environment *name*, made with *packages* where it is not there.

    Raises:
        CalledProcessError: pip cannot install them.
    """
    folder = cache() / name
    python = folder / "bin" / "python"
    if not made(name):
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *packages], check=True)
        (folder / "installed").touch()  # last: one that broke half way is made again
    return python

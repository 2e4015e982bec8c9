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


def venv(name: str, packages: Sequence[str]) -> Path:
    """Answers the python of the environment *name*, made with *packages* where it is not there.

    Raises:
        CalledProcessError: pip cannot install them.
    """
    python = cache() / name / "bin" / "python"
    done = cache() / name / "installed"  # last: one that broke half way is made again
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", cache() / name], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *packages], check=True)
        done.touch()
    return python

"""What has to be compiled or fetched before a run; all of it lands in the cache folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.venvs import cache, made, venv

HERE = Path(__file__).parent
PEERS = HERE / "peers"
GO = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}  # where Debian puts libraries
AIOHTTP = ("aiohttp==3.14.5", "uvloop==0.22.1")  # 0.22 joins writes for it; 0.23 would slow it


class Absent(Exception):
    """Something this machine does not have; the message says what."""


def compiled(source: Path) -> Path:
    """Answers the program of the C or Go file *source*, made anew whenever that has changed.

    Raises:
        Absent: there is no compiler, or no library.
    """
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:12]
    target = cache() / f"{source.stem}-{digest}"
    if target.exists():
        return target
    cache().mkdir(parents=True, exist_ok=True)
    if source.suffix == ".c":
        _run("gcc", ["-O2", "-Wall", "-o", str(target), str(source)], {})
    else:
        _run("go", ["build", "-o", str(target), str(source)], GO)
    return target


def aiohttp_python(*, may_install: bool) -> Path:
    """Answers a python that has aiohttp.

    Raises:
        Absent: it was not installed, and may not be.
    """
    if not may_install and not made("aiohttp"):
        raise Absent("not installed; --install fetches it")
    return venv("aiohttp", AIOHTTP)


def bun(*, may_install: bool) -> str:
    """Answers the program Bun.

    Raises:
        Absent: it was not installed, and may not be.
    """
    own = cache() / "bun" / "node_modules" / ".bin" / "bun"
    if found := shutil.which("bun"):
        return found
    if not own.exists():
        if not may_install:
            raise Absent("not installed; --install fetches it")
        _run("npm", ["install", "--silent", "--prefix", str(cache() / "bun"), "bun"], {})
    return str(own)


def _run(program: str, words: Sequence[str], env: Mapping[str, str]) -> None:
    found = shutil.which(program)
    if found is None:
        raise Absent(f"no {program} here")
    try:
        subprocess.run(
            [found, *words], env={**os.environ, **env}, capture_output=True, text=True, check=True
        )
    except subprocess.CalledProcessError as exc:
        raise Absent(f"{program}: {(exc.stderr.splitlines() or [exc])[0]}") from exc

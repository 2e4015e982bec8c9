"""Changes one line of a ``.env`` file and leaves the others as people wrote them."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path


def current(path: Path, name: str) -> str:
    """Answers what *path* sets *name* to, or an empty text."""
    found = _line(name).findall(_read(path))
    return str(found[-1]).strip() if found else ""


def write(path: Path, name: str, value: str) -> None:
    """Sets *name* to *value* in *path*, made where it is missing and readable by its owner only.

    The file is replaced in one step: a crash leaves the old one or the new one.
    """
    text, line = _read(path), f"{name}={value}"
    if _line(name).search(text):
        text = _line(name).sub(lambda _: line, text)
    else:
        text = f"{text.rstrip()}\n{line}\n".lstrip("\n")
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        fresh.replace(path)
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _line(name: str) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*(?:export[ \t]+)?{name}[ \t]*=(.*)$", re.MULTILINE)

"""Files in a folder."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from pkg.file.contract import Lists, Storage, Stored
from pkg.file.errors import BadFileName, FileUnavailable
from pkg.file.name import is_name

T = TypeVar("T")

FOLDER = re.compile("[0-9a-f]{2}")
PART = re.compile(r"\.[0-9a-f]{16}\.part")  # as `_write` names it


class LocalStorage(Storage, Lists):
    """Keeps files in *folder*, which nothing serves raw; *base* is where our route serves them.

    Nodes that share the folder share the files. Every call runs in a thread: a disk may hang.
    """

    def __init__(self, folder: Path, *, base: str = "/files") -> None:
        self._folder = folder
        self._base = base.rstrip("/")

    async def put(self, name: str, data: bytes) -> None:
        if not is_name(name):
            raise BadFileName("this is no name of a stored file")
        await _off_loop(lambda: _write(self._path(name), data))

    async def get(self, name: str) -> bytes | None:
        return await _off_loop(lambda: _read(self._path(name))) if is_name(name) else None

    async def delete(self, name: str) -> bool:
        return is_name(name) and await _off_loop(lambda: _remove(self._path(name)))

    def url(self, name: str) -> str:
        return f"{self._base}/{name}"

    async def listing(self) -> Sequence[Stored]:
        return await _off_loop(lambda: [*_found(self._folder, is_name)])

    async def leftovers(self) -> Sequence[Stored]:
        return await _off_loop(lambda: [*_found(self._folder, _is_part)])

    async def discard(self, leftover: str) -> bool:
        folder, _, name = leftover.partition("/")
        if FOLDER.fullmatch(folder) is None or not _is_part(name):
            return False
        return await _off_loop(lambda: _remove(self._folder / folder / name))

    def _path(self, name: str) -> Path:
        # Two letters of the name make a folder: no listing grows past what tools bear.
        return self._folder / name[:2] / name


async def _off_loop(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except OSError as exc:  # from None: its text names the path
        raise FileUnavailable(f"files: {type(exc).__name__} {exc.errno}", retry_after=5) from None


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.parent / f".{secrets.token_hex(8)}.part"  # no name of ours: never served
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # before the rename, or a power cut leaves an empty file
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    _settle(path.parent)


def _is_part(name: str) -> bool:
    return PART.fullmatch(name) is not None


def _found(root: Path, wanted: Callable[[str], bool]) -> Iterator[Stored]:
    """Finds files whose names are *wanted*; that of a part says its folder, too."""
    for folder in sorted(root.iterdir() if root.is_dir() else ()):
        if FOLDER.fullmatch(folder.name) is None or not folder.is_dir():
            continue
        for path in sorted(folder.iterdir()):
            if not wanted(path.name):
                continue
            with contextlib.suppress(FileNotFoundError):  # it went meanwhile
                found = path.stat()
                name = f"{folder.name}/{path.name}" if _is_part(path.name) else path.name
                yield Stored(name, found.st_size, found.st_mtime)


def _settle(folder: Path) -> None:
    with contextlib.suppress(OSError):  # Windows opens no folders
        entries = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(entries)
        finally:
            os.close(entries)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True

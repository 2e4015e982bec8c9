"""A file that is appended to, never grows past its bound, and is never worth dying for."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from pathlib import Path

RETRY = 1.0  # seconds before a file that could not be written is tried again
LOOK = 1.0  # seconds between looks whether the file at the path is still ours


class BoundedFile:
    """Appends lines to *path*; at *max_bytes* it becomes ``path.1``, that ``path.2``, up to *keep*.

    Where writing fails (disk full, read-only folder, removed folder) the line is lost, ``append``
    says so, and a later one tries again: it heals without a restart. Several processes may share a
    path: each notices when another has rotated it.
    """

    def __init__(self, path: Path, *, max_bytes: int, keep: int = 1, mode: int = 0o600) -> None:
        self.path = path
        self.problem = ""  # why the last line was lost; "" while all is well
        self._max_bytes = max_bytes
        self._keep = keep
        self._mode = mode
        self._lock = threading.Lock()
        self._fd = -1
        self._torn = False
        self._retry_at = self._look_at = 0.0

    def append(self, line: str) -> bool:
        """Writes *line* and a newline; False when it was lost."""
        data = line.encode("utf-8", "backslashreplace") + b"\n"
        with self._lock:
            if self.problem and time.monotonic() < self._retry_at:
                return False
            try:
                self._write(data)
            except OSError as exc:
                self._close()
                self.problem = exc.strerror or type(exc).__name__
                self._retry_at = time.monotonic() + RETRY
                return False
            self.problem = ""
            return True

    def close(self) -> None:
        """Lets go of the file; the next line opens it again."""
        with self._lock:
            self._close()

    def _write(self, data: bytes) -> None:
        self._open()
        size = os.fstat(self._fd).st_size
        if size and size + len(data) > self._max_bytes:
            self._rotate()
        if self._torn:  # a full disk took half a line: do not glue the next to it
            data = b"\n" + data
        while data:
            self._torn = True
            data = data[os.write(self._fd, data) :]
        self._torn = False

    def _open(self) -> None:
        now = time.monotonic()
        if self._fd >= 0 and now >= self._look_at and not self._is_ours():
            self._close()
        if self._fd < 0:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            self._fd = os.open(self.path, flags, self._mode)
            with contextlib.suppress(OSError):  # the file of another user, writable by us
                self.path.chmod(self._mode)
        if now >= self._look_at:
            self._look_at = now + LOOK

    def _is_ours(self) -> bool:
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return False
        return os.path.samestat(there, os.fstat(self._fd))

    def _rotate(self) -> None:
        others = not self._is_ours()  # another process was quicker: nothing to move
        self._close()
        if not others:
            for number in range(self._keep, 0, -1):
                old = self.path if number == 1 else self._numbered(number - 1)
                with contextlib.suppress(FileNotFoundError):
                    old.replace(self._numbered(number))
        self._open()

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")

    def _close(self) -> None:
        if self._fd >= 0:
            fd, self._fd = self._fd, -1
            os.close(fd)

"""Several servers on one socket, or one that follows the source: a parent that only watches."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from pkg.console import Stop, warn

LOOK_EVERY = 0.3  # seconds
WATCHED = ("app", "config", "database", "pkg", "resources", "routes")
SUFFIXES = {".py", ".html", ".css", ".js", ".mo", ".txt", ".svg"}
# A child that ends this soon could not start: starting it again would say the same for ever.
TOO_SOON = 5.0


class Parent:
    """Keeps *count* children alive until a signal, and ends them with it."""

    def __init__(self, command: Sequence[str], bound: socket.socket, count: int) -> None:
        self._command = [*command, "--fd", str(bound.fileno())]
        self._bound = bound
        self._children: dict[subprocess.Popen[bytes], float] = {}
        self._count = count
        self._ending = False

    def run(self, changed: Callable[[], bool]) -> None:
        """Watches until a signal; where *changed* says so, the children are replaced.

        Raises:
            Stop: a child could not start; its own line has said why.
        """
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, self._end)
        try:
            while not self._ending:
                self._fill()
                time.sleep(LOOK_EVERY)
                if changed():
                    self._tell(signal.SIGTERM)
                    self._join()
            self._join()
        finally:
            self._tell(signal.SIGKILL)  # only who is left after a failure of ours

    def _fill(self) -> None:
        for child, born in tuple(self._children.items()):
            if child.poll() is None:
                continue
            del self._children[child]
            if time.monotonic() - born < TOO_SOON:
                self._tell(signal.SIGTERM)
                self._join()
                raise Stop("a worker could not start", child.returncode or 1)
            warn(f"worker {child.pid} ended with {child.returncode}: another takes its place")
        while len(self._children) < self._count and not self._ending:
            child = subprocess.Popen(  # noqa: S603  our own interpreter and our own words
                self._command, pass_fds=[self._bound.fileno()], start_new_session=True
            )
            self._children[child] = time.monotonic()

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._ending = True
        self._tell(number)

    def _tell(self, number: int) -> None:
        for child in self._children:
            if child.poll() is None:
                child.send_signal(number)

    def _join(self) -> None:
        for child in tuple(self._children):
            child.wait()
        self._children.clear()


def child_command(root: Path, words: Sequence[str]) -> list[str]:
    """Answers the command line of one child."""
    return [sys.executable, str(root / "main.py"), "serve", *words]


class Sources:
    """Tells whether the files that make the application have changed since the last look."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen = self._look()

    def changed(self) -> bool:
        """Answers True once for each change."""
        seen, self._seen = self._seen, self._look()
        return seen != self._seen

    def _look(self) -> dict[Path, float]:
        return {path: path.stat().st_mtime for path in self._files()}

    def _files(self) -> Iterator[Path]:
        for folder in WATCHED:
            for path in (self._root / folder).rglob("*"):
                if path.suffix in SUFFIXES and path.is_file():
                    yield path
        yield from self._root.glob(".env*")

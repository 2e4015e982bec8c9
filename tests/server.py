"""The real server as its users start it: a process of its own, on a port of its own."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
URL = re.compile(r"http://127\.0\.0\.1:(\d+)")
START_SECONDS = 60  # a shared machine; a prepared database takes under one


class Server:
    """`main.py serve` over a database in *folder*; *env* adds to its environment, *words* to it.

    Another *program* is one that takes the same words.
    Entering starts it and waits until it has said where it listens. `kill` is what a power cut
    does, `stop` what an operator does; `start` after either takes the same port again.
    """

    def __init__(
        self,
        folder: Path,
        *,
        root: Path = ROOT,
        program: str = "main.py",
        words: Sequence[str] = (),
        **env: str,
    ) -> None:
        self.port = 0
        self._program = program
        self._words = words
        self._root = root
        self.lines: list[str] = []  # all it has printed, over every start
        self._arrived = threading.Condition()
        self._process: subprocess.Popen[str] | None = None
        self.environment = {
            **os.environ,
            "APP_ENV": "local",
            "APP_KEY": secrets.token_urlsafe(48),
            "DATABASE_URL": f"sqlite:///{folder}/app.sqlite3",
            "PYTHONUNBUFFERED": "1",
            **env,
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self._running().pid

    def start(self) -> None:
        """Starts it and returns once it listens.

        Raises:
            RuntimeError: it ended instead; the message holds what it printed.
        """
        began = len(self.lines)
        self._process = subprocess.Popen(
            [sys.executable, self._program, "serve", "--port", str(self.port), *self._words],
            cwd=self._root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()
        found = self.line(URL.pattern, after=began, seconds=START_SECONDS)
        self.port = int(URL.search(found)[1])  # type: ignore[index]  # line() matched it

    def line(self, pattern: str, *, after: int = 0, seconds: float = 10) -> str:
        """Answers the first printed line from number *after* on in which *pattern* is found."""
        wanted = re.compile(pattern)

        def first() -> str | None:
            return next((text for text in self.lines[after:] if wanted.search(text)), None)

        with self._arrived:
            self._arrived.wait_for(lambda: first() or self._ended(), timeout=seconds)
        found = first()
        if found is None:
            raise RuntimeError(f"no line matched {pattern!r}:\n" + "\n".join(self.lines[after:]))
        return found

    def console(self, *words: str) -> str:
        """Runs another command of the console in the same environment and answers what it printed.

        Raises:
            CalledProcessError: it ended with another code than 0.
        """
        command = [sys.executable, "main.py", *words]
        ran = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True
        )
        return ran.stdout

    def kill(self) -> None:
        """Ends it as a power cut would: no handler of its own runs."""
        self._running().kill()
        self._running().wait()

    def stop(self, *, number: signal.Signals = signal.SIGTERM, seconds: float = 30) -> int:
        """Asks it to end, and answers its exit code."""
        self._running().send_signal(number)
        return self._running().wait(timeout=seconds)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        if not self._ended():
            self.kill()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            raise RuntimeError("the server was not started")
        return self._process

    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for text in lines:
                with self._arrived:
                    self.lines.append(text.rstrip("\n"))
                    self._arrived.notify_all()
        process.wait()
        with self._arrived:
            self._arrived.notify_all()

"""Processes of a run: nodes as `serve` starts them, and a Redis of their own."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.console.stress.proxy import Proxy
from pkg.console import Stop

LISTENS = re.compile(rb"http://127\.0\.0\.1:(\d+)")
READY = re.compile(rb"[Rr]eady to accept connections")
START_SECONDS = 60.0  # on a busy machine; two at rest
END_SECONDS = 20.0  # over its grace


class Child:
    """A process whose output goes into a file; it never outlives the run."""

    def __init__(self, words: Sequence[str], log: Path, **where: object) -> None:
        self._words = words
        self._log = log
        self._where = where
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        return 0 if self._process is None else self._process.pid

    async def start(self, ready: re.Pattern[bytes]) -> re.Match[bytes]:
        """Starts it, and answers where *ready* is found in what it prints.

        Raises:
            Stop: it ended instead, or said nothing of the kind in time.
        """
        # A session of its own: Ctrl-C on the terminal is for us, and we end it.
        self._process = await asyncio.create_subprocess_exec(
            *self._words, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, start_new_session=True,
            **self._where,  # type: ignore[arg-type]  # cwd and env
        )  # fmt: skip
        found: asyncio.Future[re.Match[bytes]] = asyncio.get_running_loop().create_future()
        self._reader = asyncio.create_task(self._read(self._process, ready, found))
        try:
            async with asyncio.timeout(START_SECONDS):
                return await found
        except (TimeoutError, EOFError):
            raise Stop(f"{self._log.stem} did not start: see {self._log}") from None

    def signal(self, number: signal.Signals) -> None:
        # Not by the process: its poll() would take the exit code away from asyncio.
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    async def ended(self) -> int:
        """Waits for its end and answers the exit code."""
        if self._process is None:
            return 0
        code = await self._process.wait()
        if self._reader is not None:
            await self._reader
        return code

    async def kill(self) -> None:
        """Ends it as a power cut would: no handler of its own runs."""
        self.signal(signal.SIGKILL)
        await self.ended()

    async def _read(
        self, process: Process, ready: re.Pattern[bytes], found: asyncio.Future[re.Match[bytes]]
    ) -> None:
        assert process.stdout is not None  # noqa: S101  a pipe was asked for
        with self._log.open("ab") as log:
            async for line in process.stdout:
                log.write(line)
                log.flush()
                if not found.done() and (match := ready.search(line)):
                    found.set_result(match)
        if not found.done():
            found.set_exception(EOFError())


@dataclass(frozen=True, slots=True)
class Start:
    """How every node is started: the command before `serve`, its folder and environment."""

    root: Path
    folder: Path
    env: Mapping[str, str]
    entry: Sequence[str] = ("main.py",)


class Node:
    """A `serve` process between two doors: clients come in by one, it reaches Redis by the other.

    Its own port is another one after each start; the doors stay where they are.
    """

    def __init__(self, number: int, start: Start, redis: Proxy) -> None:
        self.number = number
        self.door = Proxy()
        self.redis = redis
        self.turn = asyncio.Lock()  # one fault of its process at a time
        words = [sys.executable, *start.entry, "serve", "--port", "0", "--no-migrate"]
        url = start.env["REDIS_URL"].format(port=redis.port)
        self._child = Child(
            words,
            start.folder / f"node{number}.log",
            cwd=start.root,
            env={**os.environ, **start.env, "REDIS_URL": url},
        )

    @property
    def pid(self) -> int:
        return self._child.pid

    async def start(self) -> None:
        """Starts it and lets clients in once it listens."""
        found = await self._child.start(LISTENS)
        self.door.target = ("127.0.0.1", int(found[1]))

    async def kill(self) -> None:
        await self._child.kill()
        self.door.target = None

    def freeze(self) -> None:
        self._child.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._child.signal(signal.SIGCONT)

    async def drain(self) -> int | None:
        """Asks it to end, and answers its exit code; None: it had to be killed."""
        self._child.signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(END_SECONDS):
                code = await self._child.ended()
        except TimeoutError:
            await self._child.kill()
            return None
        finally:
            self.door.target = None
        return code


class OwnRedis:
    """A redis-server on a Unix socket in *folder*: no port that another could take meanwhile."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise Stop("redis-server is not installed here: install it, or say --redis URL")
        self.path = str(folder / "redis.sock")
        words = [program, "--port", "0", "--unixsocket", self.path, "--save", "", "--dir"]
        self._child = Child([*words, str(folder)], folder / "redis.log")

    async def start(self) -> None:
        await self._child.start(READY)

    async def kill(self) -> None:
        await self._child.kill()

    async def flush(self) -> None:
        """Has it forget everything; one that is away has nothing to forget."""
        with suppress(OSError):  # it may go while it is asked, too
            reader, writer = await asyncio.open_unix_connection(self.path)
            writer.write(b"FLUSHALL\r\n")
            await reader.readline()
            writer.close()

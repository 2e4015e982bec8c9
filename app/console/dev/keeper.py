"""One program that is kept running."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pkg.clock import Clock, SystemClock

LONGEST = 1 << 20  # bytes of a line; a longer one comes in parts
TOO_SOON = 3.0  # seconds: what ends sooner could not start, and would say the same again

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Program:
    """What is run, and under which name its lines are shown."""

    name: str
    command: tuple[str, ...]


class Keeper:
    """Runs *program* again when it crashes, or when it is told that the source has changed.

    What ends as soon as it is started waits for a change: the mistake is in the source. *say* gets
    every line the program prints, and one for each start anew.
    """

    def __init__(
        self,
        program: Program,
        say: Say,
        *,
        environ: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._program = program
        self._say = say
        self._environ = environ
        self._clock = clock or SystemClock()
        self._process: Process | None = None
        self._changed = asyncio.Event()
        self._is_ending = False

    async def run(self) -> None:
        """Returns once it was told to end and the program has."""
        while not self._is_ending:
            began = self._clock.monotonic()
            code = await self._once()
            if self._is_ending:
                return
            if not self._changed.is_set():
                await self._crashed(code, self._clock.monotonic() - began)
            self._changed.clear()

    def renew(self) -> None:
        """Has it start anew: the source has changed."""
        self._changed.set()
        self._send(signal.SIGTERM)

    def end(self, *, hurry: bool = False) -> None:
        """Asks it to end; with *hurry* it and all that it has started are ended."""
        self._is_ending = True
        self._changed.set()
        self._send(signal.SIGKILL if hurry else signal.SIGTERM)

    async def _once(self) -> int:
        process = await asyncio.create_subprocess_exec(
            *self._program.command,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            env=self._environ,
            limit=LONGEST,
            start_new_session=True,  # Ctrl-C is ours to hand on
        )
        self._process = process
        if self._is_ending:  # told while it was being started
            self._send(signal.SIGTERM)
        assert process.stdout is not None  # noqa: S101  as it was asked for
        while line := await _line(process.stdout):
            self._say(line.decode(errors="replace").rstrip("\r\n"))
        return await process.wait()

    async def _crashed(self, code: int, seconds: float) -> None:
        if seconds >= TOO_SOON:
            self._say(f"ended with {code}: it starts again")
            return
        self._say(f"ended with {code}: it starts again when a file changes")
        await self._changed.wait()

    def _send(self, number: int) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)


async def _line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readuntil(b"\n")
    except asyncio.IncompleteReadError as exc:
        return exc.partial
    except asyncio.LimitOverrunError as exc:
        return await stream.read(exc.consumed)

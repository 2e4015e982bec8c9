"""dev."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import click

from app.console.dev.keeper import Keeper, Program
from app.console.serve.workers import Sources
from app.kernel import Kernel
from pkg.console import Exit, Stop

LOOK_EVERY: Final = 0.3  # seconds
# Every process of a whole installation, by the words that start it.
PROCESSES: Final = {"serve": ("serve",)}
COLORS: Final = ("cyan", "magenta", "yellow", "green", "blue")


@click.command("dev")
@click.option("--only", metavar="NAMES", help=f"Of {', '.join(PROCESSES)}, with commas.")
@click.pass_obj
def dev(kernel: Kernel, only: str | None) -> None:
    """Runs every process of the application in this terminal, each line under its name.

    One that crashes, and all of them when a source file changes, start again. Ctrl-C ends them in
    good order, a second one at once. For developers: a deployment has a supervisor of its own.
    """
    if sys.platform == "win32":
        raise Stop("signals are handed on, which Windows does not do: run `serve --reload`")
    names = _chosen(only)
    if kernel.settings.app.is_deployed:
        raise Stop("this is for developers: run each process by itself", Exit.REFUSED)
    asyncio.run(_run([_program(kernel, name) for name in names], kernel.root))


def _chosen(only: str | None) -> Sequence[str]:
    names = [name.strip() for name in only.split(",")] if only is not None else [*PROCESSES]
    unknown = [name for name in names if name not in PROCESSES]
    if unknown:
        raise click.UsageError(f"there is no {unknown[0]!r} to run: it is {', '.join(PROCESSES)}")
    return [*dict.fromkeys(names)]


def _program(kernel: Kernel, name: str) -> Program:
    env = ("--env", kernel.flags.env) if kernel.flags.env else ()
    return Program(name, (sys.executable, str(kernel.root / "main.py"), *PROCESSES[name], *env))


async def _run(programs: Sequence[Program], root: Path) -> None:
    width = max(len(program.name) for program in programs)
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    keepers = []
    for number, program in enumerate(programs):
        prefix = click.style(f"{program.name:<{width}} | ", fg=COLORS[number % len(COLORS)])
        keepers.append(Keeper(program, partial(_say, prefix), environ=environ))
    _hand_on(keepers)
    watching = asyncio.create_task(_watch(keepers, Sources(root)))
    try:
        await asyncio.gather(*(keeper.run() for keeper in keepers))
    finally:
        watching.cancel()


def _hand_on(keepers: Sequence[Keeper]) -> None:
    """Ends *keepers* at the first signal, and hurries them at the next."""
    asked = False

    def end() -> None:
        nonlocal asked
        for keeper in keepers:
            keeper.end(hurry=asked)
        asked = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)


async def _watch(keepers: Sequence[Keeper], sources: Sources) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY)
        if await asyncio.to_thread(sources.changed):
            for keeper in keepers:
                keeper.renew()


def _say(prefix: str, line: str) -> None:
    click.echo(prefix + line)

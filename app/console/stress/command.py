"""hub:stress."""

from __future__ import annotations

import asyncio
import secrets
import shlex
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import click

from app.console.stress.plan import FAULTS, OF_OUR_REDIS, Plan, drawn
from app.console.stress.run import Outcome, Stage, play
from app.console.stress.verdict import p99, revoked_within
from app.kernel import Kernel
from pkg.console import Exit, Stop, fail, ok, warn

SHOWN = 20  # broken promises; one fault in the hub breaks many


def _names(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    names = tuple(filter(None, value.split(",")))
    for name in names:
        if name not in FAULTS:
            raise click.BadParameter(f"there is no fault {name!r}; there are {', '.join(FAULTS)}")
    return names


@click.command("hub:stress")
@click.option("--seed", type=int, metavar="N", help="Another N, another plan; drawn unless given.")
@click.option("--nodes", type=click.IntRange(1, 9), default=3, metavar="N", help="How many nodes.")
@click.option(
    "--faults",
    callback=_names,
    default=",".join(FAULTS),
    metavar="NAMES",
    help="What goes wrong, with commas; everything unless given.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(2, 86_400),
    default=20.0,
    metavar="S",
    help="How long people talk.",
)
@click.option("--database", metavar="URL", help="A server to make a database on; a file if not.")
@click.option("--redis", metavar="URL", help="A Redis that is there; one of its own if not.")
@click.pass_obj
def hub_stress(
    kernel: Kernel,
    /,
    *,
    seed: int | None,
    faults: tuple[str, ...],
    database: str | None,
    redis: str | None,
    **size: Any,
) -> None:
    """Tries to break the hub: real nodes, clients that talk, and everything going wrong at once.

    Ends with 70 and a line that repeats the run when a promise of docs/protocol.md was broken. All
    of it is its own: processes, ports, a database and, unless one is given, a Redis.
    """
    if redis is not None and (left := OF_OUR_REDIS.intersection(faults)):
        warn(f"that Redis may have other users: {', '.join(sorted(left))} left out")
        faults = tuple(name for name in faults if name not in left)
    chosen = secrets.randbelow(2**31) if seed is None else seed
    plan = drawn(chosen, faults=faults, **size)
    tell = click.echo if kernel.flags.verbose else (lambda _: None)
    tell("\n".join(map(str, plan.faults)))
    with _folder() as folder:
        stage = Stage(kernel, folder, database, redis, tell=tell)
        outcome = asyncio.run(_until_told(stage, plan))
        for what, counts in (("closed", outcome.notes.closes), ("refused", outcome.notes.errors)):
            tell(f"{what}: {', '.join(f'{count} {name}' for name, count in counts.items())}")
        report(plan, outcome, again(plan, faults, database, redis), folder)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that stays only where a run has something to show."""
    folder = Path(tempfile.mkdtemp(prefix="stress-"))
    try:
        yield folder
    except Stop:
        if not any(folder.iterdir()):
            folder.rmdir()
        raise
    except BaseException:  # Ctrl-C is no failure of the hub
        shutil.rmtree(folder)
        raise
    shutil.rmtree(folder)


async def _until_told(stage: Stage, plan: Plan) -> Outcome:
    """Plays the plan; SIGTERM ends it as Ctrl-C does, and takes the processes along."""
    task = asyncio.create_task(play(stage, plan))
    with suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    except BaseExceptionGroup as exc:
        raise _first(exc) from None


def _first(exc: BaseException) -> BaseException:
    """Answers what went wrong first; the rest was cancelled for it."""
    return _first(exc.exceptions[0]) if isinstance(exc, BaseExceptionGroup) else exc


def report(plan: Plan, outcome: Outcome, repeat: str, folder: Path) -> None:
    """Prints what came of the run.

    Raises:
        Stop: promises were broken; *repeat* is the line that runs it once more.
    """
    notes = outcome.notes
    if outcome.broken:
        for line in outcome.broken[:SHOWN]:
            fail(line)
        if len(outcome.broken) > SHOWN:
            fail(f"and {len(outcome.broken) - SHOWN} more")
        click.echo(f"the nodes' output is in {folder}", err=True)
        raise Stop(f"{len(outcome.broken)} broken promises; again: {repeat}", Exit.BROKEN)
    got = sum(len(frames) for view in notes.views.values() for frames in view.frames.values())
    dups = sum(ack.dup for ack in notes.acks)
    parts = [
        f"{outcome.stored} messages, {dups} acked again, {got} received",
        f"{len(plan.faults)} faults, {len(notes.sittings)} sockets",
        f"p99 {p99(notes, slow=False) * 1000:.0f} ms",
    ]
    if notes.slow:
        parts.append(f"beside a slow reader {p99(notes, slow=True) * 1000:.0f} ms")
    if notes.ended:
        within = f"their sockets within {revoked_within(notes):.2f} s"
        parts.append(f"{len(notes.ended)} sessions ended, {within}")
    ok(f"seed {plan.seed}: {'; '.join(parts)}")


def again(plan: Plan, faults: tuple[str, ...], database: str | None, redis: str | None) -> str:
    """Answers the line that repeats a run; a password in it has to be put back by hand."""
    words = f"python main.py hub:stress --seed {plan.seed} --nodes {plan.nodes}"
    words += f" --faults {shlex.quote(','.join(faults))} --seconds {plan.seconds:g}"
    for name, url in (("database", database), ("redis", redis)):
        words += f" --{name} {_masked(url)}" if url else ""
    return words


def _masked(url: str) -> str:
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")))

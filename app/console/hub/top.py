"""hub:top."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from functools import partial
from typing import Final

import click

from app.actions.admin.answer_operators import REPORT
from app.console.hub.board import Board, as_row
from app.console.hub.view import NOBODY, line, lines
from app.kernel import Kernel
from app.providers.asking import Question, asking
from app.providers.signals import Signals
from pkg.clock import SystemClock
from pkg.console.options import json_option
from pkg.console.screen import Screen
from pkg.database import Database
from pkg.errors import Unavailable

ANSWER_SECONDS: Final = 0.8  # a node looks four times a second, and then has to write
CLOCK: Final = SystemClock()

Show = Callable[[str], None]  # what is shown of the board, with a note on what is wrong


@click.command("hub:top")
@json_option
@click.option("--node", default="", metavar="NAME", help="Only nodes or hosts that begin so.")
@click.option(
    "--every",
    type=click.FloatRange(0.5, 60),
    default=1.0,
    show_default=True,
    help="Seconds between two looks.",
)
@click.pass_obj
def hub_top(kernel: Kernel, /, *, as_json: bool, node: str, every: float) -> None:
    """Shows every node of the hub, again and again: sockets, rates, lag, commits, bus, loop.

    On a terminal it fills the screen until Ctrl-C; elsewhere it prints a line a node at each look.
    With --json it looks once, over a second, and prints what it found. Nodes are asked through the
    database and answer while somebody asks: a node that is gone for 15 seconds is not shown.
    """
    board = Board(node)
    asyncio.run(_once(kernel, board) if as_json else _watch(kernel, board, every))


async def _once(kernel: Kernel, board: Board) -> None:
    async with _question(kernel) as question:
        for _ in range(2):  # a rate needs two
            await question.put()
            await asyncio.sleep(ANSWER_SECONDS)
            await _take(question, board)
    rows = [as_row(node) for node in board.nodes(CLOCK.monotonic())]
    click.echo(json.dumps(rows, ensure_ascii=False, indent=2))


async def _watch(kernel: Kernel, board: Board, every: float) -> None:
    """Looks until SIGINT or SIGTERM."""
    color = click.get_current_context().color is not False  # NO_COLOR
    screen = Screen(color=color) if sys.stdout.isatty() else None
    show = _painted(board, screen) if screen is not None else _printed(board)
    stopped = asyncio.Event()
    _attend(("SIGINT", "SIGTERM"), stopped.set)
    async with _question(kernel) as question:
        with screen.taken() if screen is not None else nullcontext():
            if screen is not None:
                show("asking")
                _attend(("SIGWINCH",), partial(show, ""))
            while not stopped.is_set():
                note = await _look(question, board, stopped, every)
                if not stopped.is_set():
                    show(note)


def _attend(names: Sequence[str], handler: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for name in names:
        with suppress(AttributeError, NotImplementedError):  # Windows has not all of it
            loop.add_signal_handler(getattr(signal, name), handler)


async def _look(question: Question, board: Board, stopped: asyncio.Event, every: float) -> str:
    """Asks, waits and takes what came; answers what went wrong, or ""."""
    note = ""
    try:
        await question.put()
    except Unavailable as exc:
        note = str(exc)
    with suppress(TimeoutError):
        async with asyncio.timeout(every):
            await stopped.wait()
    try:
        await _take(question, board)
    except Unavailable as exc:
        note = str(exc)
    return note


async def _take(question: Question, board: Board) -> None:
    for name, report in await question.take():
        board.take(name, report, CLOCK.monotonic())


def _painted(board: Board, screen: Screen) -> Show:
    def show(note: str) -> None:
        screen.paint(lines(board.nodes(CLOCK.monotonic()), screen.size[0], note))

    return show


def _printed(board: Board) -> Show:
    def show(note: str) -> None:
        nodes = [node for node in board.nodes(CLOCK.monotonic()) if not node.silent]
        if note or not nodes:
            click.echo(note or NOBODY, err=True)
        for node in nodes:
            click.echo(line(node))

    return show


@asynccontextmanager
async def _question(kernel: Kernel) -> AsyncIterator[Question]:
    """The question to every node. The hub stays closed: who watches must not become a node."""
    settings = kernel.settings
    database = Database.from_config(settings.database, root=settings.root)
    await database.open()
    try:
        with database.active():
            async with asking(Signals(database, CLOCK), CLOCK, REPORT) as question:
                yield question
    finally:
        await database.close()

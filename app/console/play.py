"""play."""

from __future__ import annotations

import ast
import asyncio
import code
import contextvars
import inspect
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from types import CodeType, FunctionType, TracebackType
from typing import Any, Final, Self

import click

from app import models
from app.console.tables import allow
from app.container import Services, open_services
from app.kernel import Kernel
from pkg.console import Exit, warn
from pkg.console.options import force_option

BANNER: Final = "{env}. At hand: services, settings, {models}. `await` works; Ctrl-D ends."


class _Over(Exception):
    """Ends a sandbox, and takes its transaction back."""


@click.command("play")
@click.option("--sandbox", is_flag=True, help="Takes back what was written to the tables.")
@force_option
@click.pass_context
def play(ctx: click.Context, /, *, sandbox: bool, force: bool) -> None:
    """Opens a Python prompt with the services and models at hand, and `await`.

    With --sandbox all of it is one transaction that ends as if nothing had been; what goes out by
    mail, to Redis or through the hub is not taken back. A script on standard input works too, and
    ends with 1 when a statement fails.
    """
    kernel: Kernel = ctx.obj
    if not sandbox:
        allow(kernel, force=force)
    elif kernel.settings.database.url.get_secret_value().startswith("sqlite"):
        warn("SQLite has one writer: until you leave, servers on this file cannot write")
    with Backstage(kernel, sandbox=sandbox) as stage:
        console = Prompt(stage)
        console.interact(_banner(kernel), exitmsg="")
    if console.has_failed and not sys.stdin.isatty():
        ctx.exit(Exit.FAILED)


class Backstage:
    """The services in a loop of a thread of its own; the terminal and its signals stay ours.

    All statements run in one context, so what one begins, a transaction say, the next is in.
    """

    def __init__(self, kernel: Kernel, *, sandbox: bool) -> None:
        self._kernel = kernel
        self._sandbox = sandbox
        self._opened: Future[None] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self.names: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self._opened.result()
        except BaseException:
            self._thread.join()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    def perform(self, statement: CodeType) -> None:
        """Runs *statement* in the loop and returns when it is done; Ctrl-C cancels it.

        Raises whatever it raises.
        """
        done: Future[None] = Future()
        task: list[asyncio.Task[None]] = []

        def begin() -> None:
            work = self._loop.create_task(self._perform(statement, done), context=self._context)
            task.append(work)

        self._loop.call_soon_threadsafe(begin)
        try:
            done.result()
        except KeyboardInterrupt:
            self._loop.call_soon_threadsafe(lambda: [each.cancel() for each in task])
            raise

    async def _perform(self, statement: CodeType, done: Future[None]) -> None:
        try:
            made = FunctionType(statement, self.names)()
            if inspect.iscoroutine(made):
                await made
        except BaseException as exc:  # noqa: BLE001  the prompt tells it, exit() too
            done.set_exception(exc)
        else:
            done.set_result(None)

    async def _run(self) -> None:
        try:
            async with open_services(self._kernel.settings) as services:
                if self._sandbox:
                    with suppress(_Over):
                        await self._in_sandbox(services)
                else:
                    await self._until_over(services)
        except BaseException as exc:
            if self._opened.done():
                raise
            self._opened.set_exception(exc)

    async def _in_sandbox(self, services: Services) -> None:
        async with services.database.transaction():
            await self._until_over(services)
            raise _Over

    async def _until_over(self, services: Services) -> None:
        tables = {name: getattr(models, name) for name in models.__all__}
        self.names = {"services": services, "settings": services.settings, **tables}
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self._context = contextvars.copy_context()
        self._opened.set_result(None)
        await self._over.wait()


class Prompt(code.InteractiveConsole):
    """Python's own prompt, whose statements may await."""

    def __init__(self, stage: Backstage) -> None:
        super().__init__(stage.names)
        self._stage = stage
        self.has_failed = False
        self.compile.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        if not sys.stdin.isatty():
            return
        with suppress(ImportError):  # Windows has none
            import readline  # noqa: PLC0415  a terminal's only
            import rlcompleter  # noqa: PLC0415

            readline.set_completer(rlcompleter.Completer(stage.names).complete)
            readline.parse_and_bind("tab: complete")

    def runcode(self, code: CodeType) -> None:
        try:
            self._stage.perform(code)
        except SystemExit:
            raise
        except BaseException:  # noqa: BLE001  any statement of anybody
            self.has_failed = True
            self.showtraceback()

    def showsyntaxerror(self, *args: Any, **options: Any) -> None:
        self.has_failed = True
        super().showsyntaxerror(*args, **options)


def _banner(kernel: Kernel) -> str:
    tables = ", ".join(name for name in models.__all__ if name[0].isupper())
    return BANNER.format(env=kernel.settings.app.env, models=tables)

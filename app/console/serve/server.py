"""uvicorn, run from our side: its failures become our errors, and its end is an orderly one."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

from uvicorn import Config, Server
from uvicorn.server import HANDLED_SIGNALS

from app.console.serve.fit import fits
from app.console.serve.front import Front, guarded
from app.console.serve.guard import GuardedHttp
from pkg.app import ServeConfig
from pkg.console import warn
from pkg.errors import Misconfigured, Unavailable
from pkg.hub import MAX_FRAME, PING_SECONDS, HubProtocol

Drain = Callable[[Mapping[str, Any], float], Awaitable[None]]
HURRY = 0.5  # seconds that a second signal leaves
GC = 10_000, 20, 50  # sockets are many and live long: a tenth of what they cost is looking at them
GOODBYE = 1.0  # seconds for peers that are slow to say it back


@dataclass(frozen=True, slots=True)
class Options:
    """What the server does at its turning points, and how sockets are served."""

    ready: Callable[[], None]
    drain: Drain
    own_sockets: bool = True  # by the hub's protocol, where it fits this uvicorn


class PortTaken(Unavailable):
    """Something else listens there already."""

    code = "serve.port_taken"


class AddressUnfit(Misconfigured):
    """This machine cannot listen there."""

    code = "serve.address_unfit"


def listen(host: str, port: int) -> socket.socket:
    """Answers a bound socket; children inherit it.

    Raises:
        PortTaken: another process has it.
        AddressUnfit: the host is not one of this machine's, or the port needs more rights.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(2048)  # now, not when the application is up: who comes early waits
    except OSError as exc:
        bound.close()
        if isinstance(exc, socket.gaierror):
            raise AddressUnfit(f"{host} is no address of this machine") from exc
        raise _refusal(host, port, exc) from exc
    bound.set_inheritable(True)
    return bound


def _refusal(host: str, port: int, exc: OSError) -> Misconfigured | Unavailable:
    if exc.errno == errno.EADDRINUSE:
        return PortTaken(f"port {port} is taken on {host}: stop what has it, or use --port")
    return AddressUnfit(f"cannot listen on {host}:{port}: {exc.strerror}")


class Remembering:
    """Keeps what broke the lifespan, so that the console can say it in one line."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.failure: BaseException | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await self.app(scope, receive, send)
            return

        async def quiet(message: Any) -> None:
            await send({**message, "message": ""} if "message" in message else message)

        try:
            await self.app(scope, receive, quiet)
        except BaseException as exc:
            self.failure = exc
            raise


class OurServer(Server):
    """Tells when it is ready, drains on the first signal and hurries on the second."""

    def __init__(self, config: Config, options: Options) -> None:
        super().__init__(config)
        self._options = options
        self._hurry = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        # Until it is up a failure has one line, and the console prints it.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await self.choose_sockets()
        await super().startup(sockets=sockets)
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        if self.started:
            # What is there now stays. Not looking through it again and again saves a fifth of what
            # ten thousand sockets cost as they come, and pauses of 10 ms.
            gc.collect()
            gc.freeze()
            gc.set_threshold(*GC)
            self._options.ready()

    async def choose_sockets(self) -> None:
        """Takes the hub's own protocol for sockets, where it is wanted and fits this uvicorn."""
        if self._options.own_sockets and await fits(self.config.http_protocol_class):
            self.config.ws_protocol_class = HubProtocol
        elif self._options.own_sockets:
            warn("this uvicorn does not fit the hub's own transport: sockets run on uvicorn's")

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handles the signals without raising them again at the end: a drained end is exit 0."""
        before = {each: signal.signal(each, self.handle_exit) for each in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.force_exit:
            os._exit(128 + sig)  # the third time: whoever asks wants it gone
        if self.should_exit:
            self.force_exit = True
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._hurry.set)
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await self._until_hurried(self._options.drain(self.lifespan.state, self._grace()))
        await self._until_hurried(self._goodbyes())
        await self._until_hurried(super().shutdown(sockets=sockets))
        if self.force_exit:
            await self._cut()

    async def _goodbyes(self) -> None:
        """Lets the peers answer their close frames.

        uvicorn shuts every connection at once, and one shut with unread bytes in it is reset: the
        peer then never sees the close frame that is on its way.
        """
        until = self._now() + GOODBYE
        while self._now() < until and any(  # noqa: ASYNC110  uvicorn tells nobody of their end
            not isinstance(each, Front | GuardedHttp) for each in self.server_state.connections
        ):
            await asyncio.sleep(0.02)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _until_hurried(self, work: Awaitable[None]) -> None:
        """Awaits *work*, but no longer than HURRY after a second signal."""
        task = asyncio.ensure_future(work)
        hurry = asyncio.ensure_future(self._hurry.wait())
        await asyncio.wait({task, hurry}, return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        if not task.done():
            await asyncio.wait({task}, timeout=HURRY)
        if not task.done():
            task.cancel()
        await asyncio.gather(task, hurry, return_exceptions=True)

    async def _cut(self) -> None:
        """Ends what is left and closes the application: uvicorn would leave its files open."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # each cancelled task is told
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()
        for task in tuple(self.server_state.tasks):
            task.cancel()
        if not self.lifespan.shutdown_event.is_set():
            await self.lifespan.shutdown()

    def _grace(self) -> float:
        return float(self.config.timeout_graceful_shutdown or 0)


def run(app: Any, bounds: ServeConfig, bound: socket.socket, options: Options) -> None:
    """Serves *app* on *bound* until a signal, then drains.

    Raises:
        Error: the application could not start; the cause, as it was raised.
    """
    remembering = Remembering(app)
    server = OurServer(configured(remembering, bounds), options)
    try:
        server.run(sockets=[bound])
    except SystemExit:
        if remembering.failure is not None:
            raise remembering.failure from None
        raise


def configured(app: Any, bounds: ServeConfig) -> Config:
    """Answers how uvicorn is to serve *app* within *bounds*."""
    return Config(
        app,
        http=guarded(bounds),
        ws="websockets-sansio",  # `auto` takes whatever is installed
        ws_max_size=MAX_FRAME,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,  # the pipeline writes its own, with ids and without secrets
        proxy_headers=False,  # one place reads forwarded headers, and it is not this
        forwarded_allow_ips="",
        server_header=False,
        timeout_keep_alive=bounds.idle_timeout,
        timeout_graceful_shutdown=max(1, round(bounds.grace)),
    )

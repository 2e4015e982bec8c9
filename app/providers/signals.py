"""Words to every process: rows that each one reads, four times a second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from app.models import Signal
from pkg.clock import Clock
from pkg.database import Database
from pkg.errors import Unavailable
from pkg.logger import log

EVERY = 0.25  # seconds between two looks
SOON = 0.02  # the same while what was told here may commit any moment
UNSEEN = 1.0  # seconds after which it was rolled back, or is found by everybody's own looks
WINDOW = 30.0  # seconds looked back: ids may commit out of order, so a last id is not enough
SILENCE = 0.75  # seconds without a look after which what was kept may be old
KEEP = 3600.0  # seconds until a row goes
PRUNE_EVERY = 600.0

Handler = Callable[[str], Awaitable[None]]


class Signals:
    """Writes signals, and hands those that others wrote to this process's handlers.

    `tell` joins the transaction that decides the thing. `run` is a task of its own; *heard* is
    called after each look that worked, *missed* when this process was away for so long that what
    it kept may be old: then comes what was told meanwhile, as far as it is still there. *spread* is
    called once something told here has committed: where others can be woken, they need not wait
    for their next look.
    """

    def __init__(self, database: Database, clock: Clock, *, every: float = EVERY) -> None:
        self._database = database
        self._clock = clock
        self._every = every
        self._handlers: dict[str, list[Handler]] = {}
        self._done: dict[int, float] = {}  # id -> when it was done
        self._looked_at: float | None = None
        self._pruned_at = clock.monotonic()
        self.heard: Callable[[], None] = lambda: None
        self.missed: Callable[[], Awaitable[None]] = _nothing
        self.spread: Callable[[], None] = lambda: None
        self._woken = asyncio.Event()
        self._told: dict[int, float] = {}  # by this process, and not seen in the table yet

    @property
    def is_current(self) -> bool:
        """Whatever was told up to a moment ago has been done here."""
        looked_at = self._looked_at
        return looked_at is not None and self._clock.monotonic() - looked_at <= SILENCE

    def on(self, kind: str, handler: Handler) -> None:
        """Has *handler* called with the subject of each signal *kind*."""
        self._handlers.setdefault(kind, []).append(handler)

    async def tell(self, kind: str, subject: str) -> None:
        """Tells every process, this one too, once the surrounding transaction commits."""
        signal = Signal(kind=kind, subject=subject, at=self._clock.now())
        await signal.save()
        self._told[signal.id] = self._clock.monotonic()
        self._woken.set()

    def wake(self) -> None:
        """Looks now: another process says that there is something."""
        self._woken.set()

    async def run(self) -> None:
        """Looks until it is cancelled. Whatever fails is tried again at the next look."""
        with self._database.active():
            while True:
                try:
                    await self.look()
                except Unavailable as exc:
                    log.warning("signals cannot be read: {reason}", reason=str(exc))
                except Exception:  # noqa: BLE001  without this task nobody is revoked here again
                    log.exception("a look at the signals failed")
                self._woken.clear()
                try:
                    async with asyncio.timeout(SOON if self._told else self._every):
                        await self._woken.wait()
                except TimeoutError:
                    continue
                await asyncio.sleep(0)  # whoever told us may still have to commit

    async def look(self) -> None:
        """Reads the window once and does what was not done yet.

        Raises:
            Unavailable: the database does not answer.
        """
        began = self._clock.monotonic()
        first, away = self._looked_at is None, began - (self._looked_at or began)
        since = self._clock.now() - timedelta(seconds=WINDOW + away)
        rows = await Signal.filter(at__gt=since).order_by("id").values_list("id", "kind", "subject")
        self._see([id for id, _, _ in rows if id in self._told], began)
        if away > WINDOW / 2:
            await self.missed()
        for id, kind, subject in rows:
            if id in self._done:
                continue
            self._done[id] = began
            if not first:  # what came before this process has nothing to say to it
                await self._handle(kind, subject)
        self._looked_at = began
        self.heard()
        await self._tidy(began)

    def _see(self, seen: Sequence[int], now: float) -> None:
        self._told = {
            id: at for id, at in self._told.items() if id not in seen and now - at < UNSEEN
        }
        if seen:
            self.spread()

    async def _handle(self, kind: str, subject: str) -> None:
        for handler in self._handlers.get(kind, ()):
            try:
                await handler(subject)
            except Exception:  # noqa: BLE001  one handler's fault must not silence the rest
                log.exception("a handler of {kind} failed", kind=kind)

    async def _tidy(self, now: float) -> None:
        if now - self._pruned_at < PRUNE_EVERY:
            return
        self._pruned_at = now
        self._done = {id: at for id, at in self._done.items() if now - at < 2 * WINDOW}
        await Signal.filter(at__lt=self._clock.now() - timedelta(seconds=KEEP)).delete()


async def _nothing() -> None:
    pass

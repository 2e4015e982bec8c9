"""The console with a bug in it, to see whether `hub:stress` finds it: `planted.py BUG serve ..`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.models import LOBBY_ID
from app.providers.listeners import Listeners
from app.providers.messages import DatabaseMessages
from app.ws.handlers import hello
from main import CONSOLE
from pkg.clock import SystemClock
from pkg.errors import Error
from pkg.helpers import stamp
from pkg.hub import Ack, Client, Draft, Message, conversation_address, user_address
from pkg.hub.catchup import CatchUp
from pkg.hub.company.hints import Hints

SLOW_DISK = 0.2  # seconds until a commit: what is acked before is at risk for so long

real_append = DatabaseMessages.append
committing: set[asyncio.Task[object]] = set()
promised: dict[tuple[int, int, str], Message] = {}


class Still(SystemClock):
    """A clock that stands at the moment that was promised."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


def ack_before_commit() -> None:
    """Says that a message is stored, and stores it a little later."""
    DatabaseMessages.append = append  # type: ignore[method-assign]  # the bug


async def append(self: DatabaseMessages, batch: Sequence[Draft]) -> Sequence[Ack | Error]:
    await asyncio.gather(*committing, return_exceptions=True)
    at = SystemClock().now()
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    tops = dict(await self.tops({draft.conversation for draft in batch}))
    outcomes = [promise(draft, tops, at) for draft in batch]
    task = asyncio.create_task(commit(self, batch, at))
    committing.add(task)
    task.add_done_callback(committing.discard)
    return outcomes


async def commit(store: DatabaseMessages, batch: Sequence[Draft], at: datetime) -> object:
    await asyncio.sleep(SLOW_DISK)
    store._clock = Still(at)
    return await real_append(store, batch)


def promise(draft: Draft, tops: dict[int, int], at: datetime) -> Ack:
    key, place = (draft.conversation, draft.sender, draft.ref), draft.conversation
    if key in promised:
        return Ack(promised[key], dup=True)
    tops[place] += 1
    promised[key] = Message(
        sender=user_address(draft.sender),
        recipient="" if place == LOBBY_ID else conversation_address(place),
        content=draft.content,
        conversation=conversation_address(place),
        seq=tops[place],
        id=draft.ref,
        at=stamp(at),
    )
    return Ack(promised[key])


def skipped_heal() -> None:
    """Takes a client that is behind for level, and goes on from there."""

    def start(self: CatchUp, client: Client) -> None:
        for id in client.cursors:
            if (room := self._rooms.get(id)) is not None:
                client.cursors[id] = room.top

    CatchUp.start = start  # type: ignore[method-assign]  # the bug


def lost_cursor() -> None:
    """Forgets where a client was that comes back."""
    hello._resumed = lambda *_: {}


def deaf_to_signals() -> None:
    """Closes the sockets of an ended session on the node that ended it, and on no other."""

    async def ended(self: Listeners, subject: str) -> None:
        self.live.forget([int(subject)])

    Listeners._ended = ended  # type: ignore[method-assign]  # the bug


def said_twice() -> None:
    """Says every word that is not stored two times."""
    real = Hints.whisper

    def whisper(self: Hints, *words: Any, **rest: Any) -> None:
        real(self, *words, **rest)
        real(self, *words, **rest)

    Hints.whisper = whisper  # type: ignore[method-assign]  # the bug


BUGS: dict[str, Callable[[], None]] = {
    "ack-before-commit": ack_before_commit,
    "skipped-heal": skipped_heal,
    "lost-cursor": lost_cursor,
    "deaf-to-signals": deaf_to_signals,
    "said-twice": said_twice,
}

if __name__ == "__main__":
    BUGS[sys.argv.pop(1)]()
    CONSOLE(prog_name="python main.py")

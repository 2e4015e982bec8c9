"""Who is typing. It is told at most once, and kept for seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import msgspec

from pkg.clock import Clock
from pkg.hub.client import Client
from pkg.hub.message import conversation_address, user_address

THROTTLE_SECONDS = 3.0
EXPIRE_SECONDS = 6.0
CROWD = 500  # clients in a room on this node, above which nobody is told who types or has read


class Whisper(Protocol):
    """Tells the members of a conversation, on every node, something that is not stored."""

    def __call__(
        self, conversation: int, frame: object, *, ignore: Client | None = None
    ) -> None: ...


class Typing(msgspec.Struct, frozen=True, tag="typing", tag_field="type"):
    """Somebody began to type, or ended."""

    conversation: str
    user: str
    on: bool


@dataclass(slots=True)
class _Stroke:
    """What was told last of one client in one conversation."""

    told_at: float
    is_on: bool = True


class Typists:
    """Tells a conversation that somebody types: every 3 s at most, and for 6 s at most.

    Whoever posts, leaves or falls silent has ended, and that is told too.
    """

    def __init__(self, whisper: Whisper, crowd: Callable[[int], int], clock: Clock) -> None:
        self._whisper = whisper
        self._crowd = crowd
        self._clock = clock
        self._strokes: dict[Client, dict[int, _Stroke]] = {}

    def __len__(self) -> int:
        return len(self._strokes)

    def begin(self, client: Client, conversation: int) -> None:
        """Tells that *client* types, unless that was told less than 3 s ago."""
        now, strokes = self._clock.monotonic(), self._strokes.setdefault(client, {})
        known = strokes.get(conversation)
        if known is not None and now - known.told_at < THROTTLE_SECONDS:
            return
        strokes[conversation] = _Stroke(now)
        self._tell(client, conversation, on=True)

    def end(self, client: Client, conversation: int) -> None:
        """Tells that *client* types no more, if it did. How often it may begin stays as it was."""
        stroke = self._strokes.get(client, {}).get(conversation)
        if stroke is not None and stroke.is_on:
            stroke.is_on = False
            self._tell(client, conversation, on=False)

    def forget(self, client: Client) -> None:
        """Ends all that *client* types; meant for one that goes."""
        for conversation in tuple(self._strokes.get(client, ())):
            self.end(client, conversation)
        self._strokes.pop(client, None)

    def tick(self) -> None:
        """Ends who has fallen silent; meant to run a few times a second."""
        past = self._clock.monotonic() - EXPIRE_SECONDS
        for client, strokes in tuple(self._strokes.items()):
            for conversation, stroke in tuple(strokes.items()):
                if stroke.told_at <= past:
                    self.end(client, conversation)
                    del strokes[conversation]
            if not strokes:
                del self._strokes[client]

    def _tell(self, client: Client, conversation: int, *, on: bool) -> None:
        if client.identity is None or self._crowd(conversation) > CROWD:
            return
        user = user_address(client.identity.user)
        frame = Typing(conversation_address(conversation), user, on)
        self._whisper(conversation, frame, ignore=client)

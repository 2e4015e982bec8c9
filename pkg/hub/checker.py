"""Judges a recorded history: did the hub keep its promises?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Frame = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reread:
    """What a `sync` brought: *frames* after the seq *after*, up to *to* where it was `synced`."""

    view: str
    after: int
    frames: Sequence[Frame]
    to: int | None = None  # None: the socket went before it said


@dataclass(slots=True)
class History:
    """What was asked, what was said in answer, what was stored, and what each client saw.

    Of one conversation. *log* and *views* hold frames, decoded; a view is what one device got, in
    the order it got it, over all its sockets, with the cursor it began from.
    """

    sent: Collection[str] = field(default_factory=list)  # ids
    said: Mapping[str, Frame] = field(default_factory=dict)  # id: fields as they were sent
    acked: dict[str, int] = field(default_factory=dict)  # id: seq
    again: Sequence[tuple[str, int]] = ()  # further acks of the same ids
    log: Sequence[Frame] = ()
    views: dict[str, tuple[int, Sequence[Frame]]] = field(default_factory=dict)
    rereads: Sequence[Reread] = ()


@dataclass(slots=True)
class Sitting:
    """One socket of a session, from its welcome to its end; moments are of one clock."""

    view: str
    session: str
    opened_at: float
    heard_at: float  # its last frame
    closed_at: float | None = None
    node: int = 0


def violations(history: History) -> list[str]:
    """Answers each broken promise of G1 to G4 in a sentence; none for one as it should be."""
    return [*_log(history), *_acks(history), *_views(history), *_rereads(history)]


def behind(history: History) -> list[str]:
    """Answers which views do not end where the log does: once all is calm, none may."""
    top = len(history.log)
    ends = {name: reached(cursor, frames) for name, (cursor, frames) in history.views.items()}
    return [f"G3: {name} stays at {end} of {top}" for name, end in ends.items() if end != top]


def reached(cursor: int, frames: Iterable[Frame]) -> int:
    """Answers the seq at which a view stands that began at *cursor* and got *frames*."""
    for frame in frames:
        if frame["type"] == "gap":
            cursor = frame["first"] - 1
        elif frame["type"] == "message":
            cursor = frame["seq"]
    return cursor


def whispered(told: Mapping[str, int], heard: Mapping[tuple[str, str], int]) -> list[str]:
    """Answers whose ephemeral frames came more often than they were sent (G5).

    *told* is how many each sender sent, *heard* how many of a sender's reached a view.
    """
    return [
        f"G5: {view} heard {sender} {count} times, who whispered {told.get(sender, 0)} times"
        for (view, sender), count in heard.items()
        if count > told.get(sender, 0)
    ]


def overstayed(
    sittings: Iterable[Sitting], ended: Mapping[str, float], *, within: float
) -> list[str]:
    """Answers which sockets a session had *within* seconds of its end, or more (G7)."""
    return [
        f"G7: {sitting.view} {what}"
        for sitting in sittings
        if sitting.session in ended
        for what in _overstay(sitting, ended[sitting.session] + within)
    ]


def _overstay(sitting: Sitting, limit: float) -> Iterator[str]:
    if sitting.opened_at > limit:
        yield f"was let in {sitting.opened_at - limit:.2f} s too late for its session"
    elif sitting.closed_at is None:
        yield "was never closed, and its session is over"
    elif sitting.closed_at > limit:
        yield f"was closed {sitting.closed_at - limit:.2f} s too late"
    if sitting.heard_at > limit:
        yield f"got something {sitting.heard_at - limit:.2f} s too late"


def _log(history: History) -> Iterator[str]:
    seqs = [message["seq"] for message in history.log]
    if seqs != list(range(1, len(seqs) + 1)):
        yield f"G2: the log is not 1..n: {seqs}"
    counts = Counter((message["sender"], message["id"]) for message in history.log)
    for (_, id), count in counts.items():
        if count > 1:
            yield f"G4: {id} is stored {count} times"
    for id in {message["id"] for message in history.log} - set(history.sent):
        yield f"{id} was stored, and nobody sent it"
    for message in history.log:
        said = history.said.get(message["id"], {})
        if any(message[name] != value for name, value in said.items()):
            yield f"G1: {message['id']} is stored as another message than was sent"


def _acks(history: History) -> Iterator[str]:
    stored = {message["id"]: message["seq"] for message in history.log}
    for id, seq in (*history.acked.items(), *history.again):
        if stored.get(id) != seq:
            yield f"G1: {id} was acked as {seq} and is stored as {stored.get(id)}"


def _views(history: History) -> Iterator[str]:
    log = {message["seq"]: message for message in history.log}
    for name, (cursor, frames) in history.views.items():
        yield from (f"{name}: {problem}" for problem in _view(cursor, frames, log))


def _view(cursor: int, frames: Iterable[Frame], log: Mapping[int, Frame]) -> Iterator[str]:
    for frame in frames:
        if frame["type"] == "gap":
            cursor = frame["first"] - 1
        if frame["type"] != "message":
            continue
        seq = frame["seq"]
        if seq != cursor + 1:
            yield f"G3: {seq} came after {cursor}"
        if frame != log.get(seq):
            yield f"G2: {seq} is not what the log holds"
        cursor = seq


def _rereads(history: History) -> Iterator[str]:
    log = {message["seq"]: message for message in history.log}
    for one in history.rereads:
        yield from (f"{one.view}: again: {it}" for it in _view(one.after, one.frames, log))
        end = reached(one.after, one.frames)
        if one.to is not None and one.to != end:
            yield f"{one.view}: again: G3: synced up to {one.to}, and got up to {end}"

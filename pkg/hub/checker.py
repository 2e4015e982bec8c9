"""Judges a recorded history: did the hub keep its promises?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class History:
    """What was asked, what was said in answer, what was stored, and what each client saw.

    Of one conversation. *log* and *views* hold frames, decoded; a view is what one socket got, in
    the order it got it, with the cursor it began from.
    """

    sent: list[str] = field(default_factory=list)  # ids
    acked: dict[str, int] = field(default_factory=dict)  # id: seq
    log: Sequence[Mapping[str, Any]] = ()
    views: dict[str, tuple[int, Sequence[Mapping[str, Any]]]] = field(default_factory=dict)


def violations(history: History) -> list[str]:
    """Answers each broken promise in a sentence; none for a history as it should be."""
    return [*_log(history), *_acks(history), *_views(history)]


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


def _acks(history: History) -> Iterator[str]:
    stored = {message["id"]: message["seq"] for message in history.log}
    for id, seq in history.acked.items():
        if stored.get(id) != seq:
            yield f"G1: {id} was acked as {seq} and is stored as {stored.get(id)}"


def _views(history: History) -> Iterator[str]:
    log = {message["seq"]: message for message in history.log}
    for name, (cursor, frames) in history.views.items():
        yield from (f"{name}: {problem}" for problem in _view(cursor, frames, log))


def _view(
    cursor: int, frames: Iterable[Mapping[str, Any]], log: Mapping[int, Mapping[str, Any]]
) -> Iterator[str]:
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

"""Judges a run by its notes and by what the database holds at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.console.stress.notes import Delay, Frame, Notes
from app.console.stress.plan import Plan
from app.providers.messages import DatabaseMessages
from pkg.clock import SystemClock
from pkg.database import Database
from pkg.hub import as_object, conversation_address, user_address
from pkg.hub.checker import (
    History,
    Sitting,
    behind,
    overstayed,
    violations,
    whispered,
)

MOST = 1_000_000  # rows of one conversation: all of them
WITHIN = 1.0  # seconds, as G7 says
LATE = 10.0  # seconds of p99 while nothing is wrong: a node that is deaf, not a busy machine
CATCHES_UP = 3.0  # seconds until a reader that stopped is level again
WORSE = 4  # times: what is said beside a slow reader is long, and all of it is work
DELAYED = 2.0  # seconds by which a slow reader may not raise the others' p99


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds: each conversation's log, and who is in it; the lobby has no rows."""

    logs: Mapping[str, Sequence[Frame]]
    tops: Mapping[str, int]
    members: Mapping[str, frozenset[str]]


async def read_tops(database: Database) -> tuple[dict[str, int], dict[str, frozenset[str]]]:
    """Answers the top of every conversation, and the members of those that have any."""
    rows = await database.fetch("SELECT id, last_seq FROM conversations ORDER BY id")
    tops = {conversation_address(row["id"]): int(row["last_seq"]) for row in rows}
    members: dict[str, frozenset[str]] = {}
    for row in await database.fetch("SELECT conversation_id, user_id FROM members"):
        name = conversation_address(row["conversation_id"])
        members[name] = members.get(name, frozenset()) | {user_address(row["user_id"])}
    return tops, members


async def read_stored(database: Database) -> Stored:
    """Reads the whole log, as it stands once every node has ended."""
    messages = DatabaseMessages(database, SystemClock())
    tops, members = await read_tops(database)
    logs: dict[str, list[dict[str, Any]]] = {}
    for name in tops:
        found = await messages.range(int(name.removeprefix("c:")), 0, MOST)
        logs[name] = [{"type": "message", **as_object(message)} for message in found]
    return Stored(logs, tops, members)


def broken(plan: Plan, notes: Notes, stored: Stored) -> list[str]:
    """Answers every promise that was broken, in a sentence each."""
    found = list(dict.fromkeys(notes.wrong))
    for name, log in stored.logs.items():
        history = _history(name, log, notes, stored)
        problems = [*violations(history), *behind(history), *_misplaced(name, log, notes, stored)]
        if stored.tops[name] != len(log):
            problems.append(f"G2: the counter says {stored.tops[name]} of {len(log)} messages")
        found += [f"{name}: {problem}" for problem in problems]
    found += _gaps(notes)
    found += whispered(notes.told, notes.heard)
    calm, slow = p99(notes, slow=False), p99(notes, slow=True)
    found += [late for sitting in notes.sittings for late in _late(sitting, notes, calm)]
    if calm > LATE:
        found.append(f"p99 is {calm:.2f} s, and nothing is wrong")
    if slow > WORSE * calm + DELAYED:
        found.append(f"G6: beside a slow reader p99 is {slow:.2f} s, and {calm:.2f} s without")
    return found


def p99(notes: Notes, *, slow: bool) -> float:
    """Answers the p99 delay in seconds where nothing was wrong, beside a slow reader or not.

    What the slow one itself gets or says does not count, then and while it catches up: who takes
    nothing is listened to no more.
    """
    taken = sorted(
        delay.seconds
        for delay in notes.delays
        if notes.is_clear(delay)
        and not {delay.view, delay.sender}.intersection(
            view for view, *_ in _beside(delay, notes, CATCHES_UP)
        )
        and any(_beside(delay, notes)) is slow
    )
    return taken[int(len(taken) * 0.99)] if taken else 0.0


def _beside(delay: Delay, notes: Notes, more: float = 0.0) -> list[tuple[str, float, float]]:
    """Answers who did not read while the message was on its way, or until *more* seconds before."""
    return [one for one in notes.slow if one[1] < delay.at and delay.said_at < one[2] + more]


def revoked_within(notes: Notes) -> float:
    """Answers the longest that a socket outlived its session where that could be judged."""
    spans = [
        sitting.closed_at - notes.ended[sitting.session]
        for sitting in notes.sittings
        if sitting.session in notes.ended
        and sitting.closed_at is not None
        and _excused(sitting, notes) == 0.0
    ]
    return max(spans, default=0.0)


def _history(name: str, log: Sequence[Frame], notes: Notes, stored: Stored) -> History:
    acks = dict.fromkeys((ack.id, ack.seq) for ack in notes.acks if ack.conversation == name)
    first = dict(reversed(acks))
    said = {
        id: {"sender": one.sender, "content": one.content}
        | ({"conversation": one.conversation} if one.conversation else {})
        for id, one in notes.said.items()
    }
    return History(
        sent=said.keys(),
        said=said,
        acked=first,
        again=[(id, seq) for id, seq in acks if first[id] != seq],
        log=log,
        views={
            view.name: (view.starts.get(name, 0), view.frames[name])
            for view in notes.views.values()
            if view.user in stored.members.get(name, {view.user})
        },
        rereads=[again for view in notes.views.values() for again in view.rereads[name]],
    )


def _gaps(notes: Notes) -> list[str]:
    """A gap is honest, but nothing that is done here takes anything out of the log."""
    return [
        f"{name}: {view.name} got a gap after {frame['have']}, and the log is whole"
        for view in notes.views.values()
        for name, frames in view.frames.items()
        for frame in frames
        if frame["type"] == "gap"
    ]


def _misplaced(name: str, log: Sequence[Frame], notes: Notes, stored: Stored) -> Iterator[str]:
    for message in log:
        said = notes.said.get(message["id"])
        if said is None or said.peer is None:
            continue
        if stored.members.get(name) != frozenset({said.sender, said.peer}):
            yield f"G2: {message['id']} was for {said.peer}, and is not stored between the two"


def _late(sitting: Sitting, notes: Notes, busy: float) -> list[str]:
    """*busy* is what a machine with too much to do takes for everything."""
    within = WITHIN + _excused(sitting, notes) + notes.lag + busy
    return overstayed([sitting], notes.ended, within=within)


def _excused(sitting: Sitting, notes: Notes) -> float:
    """Answers the seconds that something else than the hub kept the socket's end away."""
    at = notes.ended.get(sitting.session)
    if at is None:
        return 0.0
    spans = [
        (one.since, one.until) for one in notes.troubles if one.node in (None, sitting.node)
    ] + [(since, until) for view, since, until in notes.slow if view == sitting.view]
    limit = at + WITHIN
    for since, until in sorted(spans):  # one may begin before the last is over
        if since < limit and at < until:
            limit = max(limit, until + WITHIN)
    return limit - at - WITHIN

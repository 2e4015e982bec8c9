"""The clients of one conversation on this node, its latest messages, and how they go out.

The way of a message: `Rooms.publish` -> `Room.publish` -> `Flusher.flush` -> `Client.push` ->
`Transport.write`. Nothing on it waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from pkg.hub.client import UNSETTLED, Client, Run
from pkg.hub.figures import Figures
from pkg.hub.message import bundled
from pkg.hub.socket.outlet import break_off

RING = 256
SLICE = 2000  # members served before the loop may do something else

Job = tuple[Sequence[Run], tuple[Client, ...]]


class Room:
    """Members, the top of the log as far as this node knows it, and a ring of framed messages.

    Nothing here waits: a client joins, and a message is published, in one step each. What was
    committed here and what other nodes committed enter by the same `publish`.
    """

    __slots__ = (
        "_amended",
        "_dirty",
        "_pending",
        "_ring",
        "id",
        "is_known",
        "members",
        "top",
    )

    def __init__(self, id: int, *, dirty: Callable[[Room], None]) -> None:
        self.id = id
        self.top = 0
        self.is_known = False  # the top is real: it was read, or published
        self.members: dict[Client, None] = {}  # in the order they came
        self._ring: deque[bytes] = deque(maxlen=RING)  # ends at top
        self._pending: list[bytes] = []  # ends at top, too
        self._amended: dict[int, bytes] = {}  # changed before they were published here
        self._dirty = dirty

    def join(self, client: Client) -> bool:
        """Lets *client* in, unsettled: told nothing until it has a cursor.

        False: it was in, or is gone.
        """
        if client in self.members or client.is_closed:
            return False
        self.members[client] = None
        client.cursors[self.id] = UNSETTLED
        return True

    def leave(self, client: Client) -> None:
        """Takes *client* out; what was not flushed yet does not reach it."""
        self.members.pop(client, None)
        client.cursors.pop(self.id, None)

    def learn(self, top: int) -> None:
        """Takes *top* from the log where nothing is known yet.

        Where something is, a higher one was committed by this node and comes by `publish` soon.
        """
        if not self.is_known:
            self.top, self.is_known = top, True

    def reset(self, top: int) -> None:
        """Forgets everything: the log ends at *top*, and what was known was of another."""
        self._ring.clear()
        self._pending.clear()
        self._amended.clear()
        self.top, self.is_known = top, True

    def publish(self, seq: int, frame: bytes) -> None:
        """Takes the message *seq* for all members; one that is known already is dropped.

        After a hole the members' cursors no longer join, and they are healed from the log.
        """
        if self.is_known and seq <= self.top:
            return
        if self._amended:
            frame = self._amended.pop(seq, frame)
        if seq != self.top + 1:
            self._ring.clear()
            self._pending.clear()
            self._amended = {at: text for at, text in self._amended.items() if at > seq}
        self.top, self.is_known = seq, True
        self._ring.append(frame)
        self._pending.append(frame)
        self._dirty(self)

    def amend(self, seq: int, frame: bytes) -> None:
        """Takes what the message *seq* has become: from now on it is sent like that."""
        for held in (self._ring, self._pending):
            if 0 < seq - (self.top - len(held)) <= len(held):
                held[seq - self.top - 1] = frame
        if seq > self.top and len(self._amended) < RING:
            self._amended[seq] = frame

    def doubt(self) -> None:
        """Forgets the messages it holds, but not those that go out next: ask the log for them."""
        self._ring.clear()

    def take(self) -> Job:
        """Answers what came since the last flush, and for whom."""
        pending, self._pending = self._pending, []
        runs, first = [], self.top - len(pending) + 1
        for bundle in bundled(pending):
            runs.append(Run(self.id, first, bundle))
            first += len(bundle.texts)
        return runs, tuple(self.members)

    def after(self, cursor: int, limit: int = RING) -> Run | None:
        """Answers up to *limit* messages after *cursor* out of the ring; None: ask the log."""
        first = self.top - len(self._ring) + 1
        if not first <= cursor + 1 <= self.top:
            return None
        begin = cursor + 1 - first
        return Run(self.id, cursor + 1, tuple(islice(self._ring, begin, begin + limit)))


class Rooms:
    """Rooms by conversation; they come with their first client and go with their last."""

    def __init__(self, dirty: Callable[[Room], None]) -> None:
        self._rooms: dict[int, Room] = {}
        self._dirty = dirty

    def __len__(self) -> int:
        return len(self._rooms)

    def __iter__(self) -> Iterator[Room]:
        return iter(self._rooms.values())

    def get(self, id: int) -> Room | None:
        return self._rooms.get(id)

    def join(self, client: Client, id: int) -> bool:
        """Lets *client* in, unsettled; False: it was there."""
        room = self._rooms.get(id)
        if room is None:
            room = self._rooms[id] = Room(id, dirty=self._dirty)
        return room.join(client)

    def leave(self, client: Client, id: int) -> None:
        """Takes *client* out; a second call does nothing."""
        room = self._rooms.get(id)
        if room is None:
            return
        room.leave(client)
        if not room.members:
            del self._rooms[id]

    def learn(self, tops: Mapping[int, int]) -> None:
        """Takes *tops* from the log where a room knows nothing yet."""
        for id, top in tops.items():
            if room := self._rooms.get(id):
                room.learn(top)

    def tops(self, ids: Iterable[int]) -> dict[int, int]:
        """Answers the top of each room that knows it."""
        rooms = ((id, self._rooms.get(id)) for id in ids)
        return {id: room.top for id, room in rooms if room is not None and room.is_known}

    def known(self) -> dict[int, int]:
        """Answers the top of every room that knows its own."""
        return {room.id: room.top for room in self._rooms.values() if room.is_known}

    def behind(self, client: Client) -> Room | None:
        """Answers a room in which *client* is not level."""
        for id, cursor in client.cursors.items():
            room = self._rooms.get(id)
            if room is not None and cursor < room.top:
                return room
        return None


class Flusher:
    """Gathers what is published and hands it to the members, in the order it came.

    *later* runs a callback soon: `loop.call_soon`, or after a tick. *sent* is called when all of a
    turn was handed out: what was queued for single clients can go now.
    """

    def __init__(
        self,
        later: Callable[[Callable[[], None]], object],
        sent: Callable[[], None] = lambda: None,
        *,
        slice: int = SLICE,
        figures: Figures | None = None,
    ) -> None:
        self._later = later
        self._sent = sent
        self._slice = slice
        self._figures = figures or Figures()
        self._dirty: dict[Room, None] = {}
        self._jobs: deque[Job] = deque()
        self._is_due = False

    def mark(self, room: Room) -> None:
        """Has *room* flushed at the next turn."""
        self._dirty[room] = None
        self._schedule()

    def flush(self) -> None:
        """Serves one slice of members; what is left waits for the next turn."""
        self._is_due = False
        self._jobs.extend(room.take() for room in self._dirty)
        self._dirty.clear()
        alone = len(self._jobs) == 1
        left = self._slice
        while self._jobs and left > 0:
            runs, members = self._jobs.popleft()
            if len(members) > left:
                self._jobs.appendleft((runs, members[left:]))
            for run in runs:
                self._serve(members[:left], run, alone=alone)
            left -= len(members) or 1
        self._sent()
        if self._jobs:
            self._schedule()

    def _serve(self, clients: Sequence[Client], run: Run, *, alone: bool) -> None:
        self._figures.deliveries += len(clients) * len(run.bundle.texts)
        if alone:
            self._figures.writes += len(clients)
            _push(clients, run)
        else:  # counted as they are written
            _queue(clients, run)

    def _schedule(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._later(self.flush)


def _push(clients: Sequence[Client], run: Run) -> None:
    """Does `Client.push` to each; one that raises is closed, and the others have theirs.

    Nearly all of them are level and read, and for those it is written out: a call and a few looks
    less are a tenth of what it costs to send.
    """
    conversation, before, last = run.conversation, run.first - 1, run.last
    bundle = run.bundle
    for client in clients:
        try:
            cursors, lane = client.cursors, client.transport.lane
            if cursors.get(conversation) != before or client.lagging or lane is None:
                client.push(run)
                continue
            cursors[conversation] = last  # first: to write may find out that it lags
            lane(bundle.plain.wire if client.is_plain else bundle.wire)
        except Exception as exc:  # noqa: BLE001  it is logged there
            break_off(client, exc)


def _queue(clients: Sequence[Client], run: Run) -> None:
    """Does as `_push` where more goes out this turn, perhaps to the same."""
    conversation, before, last = run.conversation, run.first - 1, run.last
    bundle = run.bundle
    for client in clients:
        try:
            if client.cursors.get(conversation) != before or client.lagging:
                client.push(run, alone=False)
                continue
            client.cursors[conversation] = last
            client.transport.queue(bundle.plain if client.is_plain else bundle)
        except Exception as exc:  # noqa: BLE001  as above
            break_off(client, exc)

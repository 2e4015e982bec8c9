"""What the hub of this node has done since it began."""

from __future__ import annotations

from collections import defaultdict

from pkg.metrics import Histogram

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)  # messages of one commit


class Figures:
    """Plain counters, added to where the thing happens and read when somebody asks.

    Adding costs 30 ns and takes no lock: the loop's thread alone writes. What is the case now,
    such as clients and rooms, is not counted here but asked of the hub itself, and so is what the
    relay and the bus count.
    """

    __slots__ = (
        "catch_ups",
        "closed",
        "commit_seconds",
        "commit_sizes",
        "committed",
        "deliveries",
        "frames",
        "gaps",
        "opened",
        "refused",
        "writes",
    )

    def __init__(self) -> None:
        self.opened = 0  # sockets taken in
        self.closed: defaultdict[int, int] = defaultdict(int)  # sockets gone, by close code
        self.frames = 0  # taken in from clients
        self.refused: defaultdict[str, int] = defaultdict(int)  # frames, by error code
        self.committed = 0  # fresh messages, repeats left out
        self.commit_sizes = Histogram(SIZES)
        self.commit_seconds = Histogram()  # of one transaction, its wait in the queue left out
        self.deliveries = 0  # messages handed to a client, each client counted
        self.writes = 0  # to sockets, each with all that one flush has for it
        self.catch_ups = 0  # clients that fell behind, or came back, and were brought level
        self.gaps = 0  # holes told to clients: something they will never get

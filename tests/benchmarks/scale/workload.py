"""What people do: how many messages they write, and how large the rooms are that get them."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final


@dataclass(frozen=True, slots=True)
class Size:
    """There are *count* rooms of *members* open clients each."""

    members: int
    count: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """The rooms of so many users, and the messages a second in all of them."""

    users: int
    rate: float
    sizes: Sequence[Size]
    message_bytes: int

    @property
    def deliveries(self) -> float:
        """Messages a second to a member each, if nobody lags."""
        shares = self._shares()
        return self.rate * sum(
            share * size.members for share, size in zip(shares, self.sizes, strict=True)
        )

    def rooms_on(self, nodes: int) -> float:
        """Answers in how many rooms one of *nodes* has a member, if members come anywhere."""
        return sum(
            size.count * (1 - (1 - 1 / nodes) ** size.members if nodes > 1 else 1)
            for size in self.sizes
        )

    def room(self, chance: random.Random) -> tuple[int, int]:
        """Answers where a message goes: how many members, and which of the rooms of that size.

        Every member speaks as much, so a room gets messages by its members.
        """
        size = self.sizes[bisect(self._bounds(), chance.random())]
        return size.members, chance.randrange(max(1, round(size.count)))

    def _shares(self) -> list[float]:
        weights = [size.members * size.count for size in self.sizes]
        return [weight / sum(weights) for weight in weights]

    def _bounds(self) -> list[float]:
        return list(accumulate(self._shares()))[:-1]


@dataclass(frozen=True, slots=True)
class Workload:
    """A kind of use at its busiest: everybody in it is connected."""

    name: str
    says: str
    message_bytes: int
    each_rate: float  # messages a second and user
    all_rate: float  # messages a second of all of them together, whatever their number
    sizes: Sequence[tuple[int, float]]  # members and weight; empty: one room of everybody
    rooms_each: float = 1  # that a user is in

    def crowd(self, users: int) -> Crowd:
        rate = self.all_rate + self.each_rate * users
        if not self.sizes:
            return Crowd(users, rate, (Size(users, 1),), self.message_bytes)
        seats = sum(members * weight for members, weight in self.sizes)
        rooms = users * self.rooms_each / seats  # for a weight of 1
        found = [Size(members, weight * rooms) for members, weight in self.sizes]
        return Crowd(users, rate, found, self.message_bytes)


def zipf(smallest: int, largest: int, exponent: float) -> list[tuple[int, float]]:
    """Answers sizes with how frequent each is: many small ones, and a few that are large."""
    found, size = [], smallest
    while size <= largest:
        beyond = max(size + 1, round(size * 1.3))  # sizes near each other are one
        found.append((size, sum(each**-exponent for each in range(size, beyond))))
        size = beyond
    return found


WORKLOADS: Final = (
    Workload(
        "groups",
        "groups of 3 to 500, most of them small (Zipf, exponent 2); everybody is in ten of them "
        "and writes once in two minutes",
        message_bytes=300,
        each_rate=1 / 120,
        all_rate=0,
        sizes=zipf(3, 500, 2.0),
        rooms_each=10,
    ),
    Workload(
        "direct",
        "pairs; everybody has twenty and writes twice a minute",
        message_bytes=300,
        each_rate=2 / 60,
        all_rate=0,
        sizes=[(2, 1.0)],
        rooms_each=20,
    ),
    Workload(
        "event",
        "everybody is in one room, where ten messages a second are let through",
        message_bytes=300,
        each_rate=0,
        all_rate=10,
        sizes=[],
    ),
)

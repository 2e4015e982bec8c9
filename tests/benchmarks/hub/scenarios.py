"""What is asked of every hub: the arguments of `wsload`, and what is read from its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pkg.hub import PING_SECONDS

SETTLING = ("--warmup", "0.8", "--settle", "0.3", "--timeout", "60")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One question. *mode* is broadcast, echo, connect or idle; *arguments* are wsload's."""

    name: str
    says: str
    mode: str
    connections: int  # or tokens, where sockets come and go
    arguments: tuple[str, ...]
    is_rated: bool = True  # read as work for a second of CPU

    def words(self, seconds: float) -> list[str]:
        """Answers the arguments; a room is measured for *seconds*."""
        words = ["-m", self.mode, *SETTLING, "-d", str(seconds), *self.arguments]
        return words if self.mode == "connect" else [*words, "-n", str(self.connections)]


def _room(name: str, says: str, members: int, *arguments: str, rated: bool = True) -> Scenario:
    return Scenario(name, says, "broadcast", members, ("-s", "128", *arguments), rated)


SCENARIOS: Final = (
    _room("sat100", "100 members, one sender, 64 messages under way", 100, "-w", "64"),
    _room("sat1000", "1,000 members, one sender, 16 under way", 1000, "-w", "16"),
    _room("sat5000", "5,000 members, one sender, 4 under way", 5000, "-w", "4", "--sample", "5"),
    _room("one1000", "1,000 members, 1 under way: nothing to join", 1000, "-w", "1"),
    _room("many1000", "1,000 members, 100 of them senders", 1000, "-k", "100", "-w", "1"),
    _room("lat100", "100 members, 50 messages a second: delay", 100, "-r", "50", rated=False),
    _room("lat1000", "1,000 members, 5 messages a second: delay", 1000, "-r", "5", rated=False),
    Scenario(
        "echo", "100 clients, each waits for its answer", "echo", 100, ("-s", "128", "-w", "1")
    ),
    Scenario(
        "connect",
        "64 at a time: handshake, close",
        "connect",
        1000,
        ("--concurrency", "64", "--sources", "8"),
    ),
    Scenario(
        "idle",
        "10,000 quiet connections: KiB for each",
        "idle",
        10_000,
        ("--sources", "4", "--hold", str(PING_SECONDS + 1)),
        is_rated=False,
    ),
)
BY_NAME: Final = {scenario.name: scenario for scenario in SCENARIOS}
SHORT: Final = ("sat100", "one1000", "echo")

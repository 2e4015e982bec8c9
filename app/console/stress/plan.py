"""What a seed stands for: who talks, and what goes wrong when."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Line = Literal["clients", "redis"]

FAULTS: Final[Mapping[str, str]] = {
    "kill": "a node is killed (SIGKILL) and started again",
    "stop": "a node stands still (SIGSTOP) and goes on",
    "drain": "a node is asked to end (SIGTERM) and started again",
    "cut": "TCP connections are reset, of clients or to Redis",
    "half-open": "TCP connections go deaf: nothing passes, nobody is told",
    "delay": "every packet takes longer, of clients or to Redis",
    "slow": "a client stops reading while others say much",
    "redis-restart": "Redis goes away, and comes back empty",
    "redis-flush": "Redis forgets everything (FLUSHALL)",
    "lock": "somebody holds the conversations' rows",
    "revoke": "a session is ended while it talks",
}
OF_OUR_REDIS: Final = frozenset({"redis-restart", "redis-flush"})

USERS, DEVICES = 6, 2  # devices of each user
RATE = 100.0  # messages a second, all devices together
SESSIONS = 4  # of each user: one in use, the others for after a revocation
EVERY = 1.2  # seconds from one fault to the next, in the mean
QUIET = 0.8  # seconds at either end without a new fault
CALM = 2.2  # seconds from a revocation on in which no node or line is touched

# Seconds each lasts, from and to; what is not here is over at once.
LASTS: Final[Mapping[str, tuple[float, float]]] = {
    "kill": (0.0, 1.0),
    "stop": (5.0, 5.0),
    "drain": (0.0, 1.0),
    "delay": (1.0, 3.0),
    "slow": (3.0, 8.0),
    "redis-restart": (0.2, 3.0),
    "lock": (0.5, 4.0),
}
HINDERS: Final = frozenset({"kill", "stop", "drain", "cut", "half-open", "delay", "lock"})
ON_A_LINE: Final = frozenset({"cut", "half-open", "delay"})


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong *at* so many seconds, and is over *lasts* seconds later."""

    name: str
    at: float
    lasts: float = 0.0
    node: int = 0
    user: int = 0
    line: Line | None = None

    def __str__(self) -> str:
        whom = {"revoke": f" of user {self.user}", "slow": f" of user {self.user}"}.get(self.name)
        if whom is None:
            whom = "" if self.name in {*OF_OUR_REDIS, "lock"} else f" of node {self.node}"
        line = f", {self.line}" if self.line else ""
        return f"{self.at:6.2f} s  {self.name}{whom}{line}, for {self.lasts:.2f} s"


@dataclass(frozen=True, slots=True)
class Plan:
    """A run, exactly: the same arguments make the same plan."""

    seed: int
    nodes: int
    seconds: float
    faults: tuple[Fault, ...]
    pairs: tuple[tuple[int, int], ...]  # users with a direct talk from the start
    strangers: tuple[tuple[int, int], ...]  # users who open theirs on the way


def chance(seed: object) -> random.Random:
    """Answers a source of chance that is the same for the same *seed*."""
    return random.Random(str(seed))  # noqa: S311  to be repeated  # nosec B311


def drawn(seed: int, *, nodes: int, seconds: float, faults: Collection[str]) -> Plan:
    """Draws the plan of *seed*. Each of *faults* comes once at least where there is time."""
    rng = chance(seed)
    pairs = [(a, b) for a in range(USERS) for b in range(a + 1, USERS)]
    rng.shuffle(pairs)
    return Plan(
        seed=seed,
        nodes=nodes,
        seconds=seconds,
        faults=tuple(sorted(_faults(rng, nodes, seconds, faults), key=lambda fault: fault.at)),
        pairs=tuple(pairs[:4]),
        strangers=tuple(pairs[4:8]),
    )


def _faults(
    rng: random.Random, nodes: int, seconds: float, names: Collection[str]
) -> Iterator[Fault]:
    once = sorted(names)
    if not once:
        return
    more = rng.choices(once, k=max(0, round(seconds / EVERY) - len(once)))
    calm: list[float] = []
    # Revocations need calm: they come first, and the others make room.
    for name in sorted([*once, *more], key=lambda name: name != "revoke"):
        if name == "revoke" and len(calm) >= SESSIONS - 1:
            continue
        made = _fault(rng, name, nodes, seconds)
        for _ in range(50):
            if not _disturbs(made, calm):
                break
            made = _fault(rng, name, nodes, seconds)
        else:
            continue
        if name == "revoke":
            calm.append(made.at)
        yield made


def _fault(rng: random.Random, name: str, nodes: int, seconds: float) -> Fault:
    low, high = LASTS.get(name, (0.0, 0.0))
    return Fault(
        name,
        at=round(rng.uniform(QUIET, max(QUIET, seconds - QUIET)), 2),
        lasts=round(min(rng.uniform(low, high), seconds / 3), 2),
        node=rng.randrange(nodes),
        user=rng.randrange(USERS),
        line=rng.choice(("clients", "redis")) if name in ON_A_LINE else None,
    )


def _disturbs(fault: Fault, calm: Collection[float]) -> bool:
    """Tells whether a revocation could not be judged for *fault*: its node would be away."""
    if fault.name == "revoke":
        return any(abs(at - fault.at) < CALM for at in calm)
    if fault.name not in HINDERS or fault.line == "redis":
        return False
    over = fault.at + fault.lasts + CALM  # a node needs a while to come up again
    return any(fault.at < at + CALM and at < over for at in calm)

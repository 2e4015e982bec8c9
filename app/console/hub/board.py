"""What nodes report, as what a person wants to know: rates, not sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pkg.metrics import Histogram

SILENT: Final = 3.0  # seconds without a report after which a node is shown as silent
GONE: Final = 15.0  # and after which it is not shown any more

Value = float | str | None


@dataclass(slots=True)
class Node:
    """One node: its last two reports, and when the last one came by our own clock."""

    name: str
    last: Mapping[str, Any]
    heard_at: float
    before: Mapping[str, Any] | None = None
    silent: float = field(default=0.0)

    def figure(self, name: str) -> float | None:
        """Answers a gauge as it is."""
        found = self.last["figures"].get(name)
        return found if isinstance(found, int | float) else None

    def rate(self, name: str) -> float | None:
        """Answers what a counter grew by in a second, by the node's own clock."""
        if self.before is None:
            return None
        seconds = self.last["at"] - self.before["at"]
        now, then = self.last["figures"].get(name), self.before["figures"].get(name)
        return None if now is None or then is None or seconds <= 0 else (now - then) / seconds

    def lately(self, name: str) -> Histogram | None:
        """Answers what a histogram has noted between the last two reports."""
        if self.before is None:
            return None
        now, then = self.last["figures"].get(name), self.before["figures"].get(name)
        if now is None or then is None or now["bounds"] != then["bounds"]:
            return None
        return Histogram.of(**now).since(Histogram.of(**then))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the view: its head, its name in JSON, and what stands in it."""

    head: str
    name: str
    of: Callable[[Node], Value]
    is_summed: bool = False  # over all nodes
    digits: int = 0


def _figure(name: str) -> Callable[[Node], Value]:
    return lambda node: node.figure(name)


def _rate(name: str) -> Callable[[Node], Value]:
    return lambda node: node.rate(name)


def _late(name: str) -> Callable[[Node], Value]:
    """Answers a 99th percentile, in milliseconds."""

    def of(node: Node) -> Value:
        lately = node.lately(name)
        found = lately.quantile(0.99) if lately is not None else None
        return None if found is None else found * 1000

    return of


def _batch(node: Node) -> Value:
    lately = node.lately("hub_commit_messages")
    return lately.mean if lately is not None else None


def _per_write(node: Node) -> Value:
    deliveries, writes = node.rate("hub_deliveries"), node.rate("hub_writes")
    return deliveries / writes if deliveries and writes else None


def _bus(node: Node) -> Value:
    is_up = node.figure("hub_bus_up")
    return None if is_up is None else ("up" if is_up else "down")


def _cpu(node: Node) -> Value:
    used = node.rate("process_cpu_seconds")
    return None if used is None else used * 100


def _megabytes(node: Node) -> Value:
    found = node.figure("process_resident_memory_bytes")
    return None if found is None else found / 1e6


# In the order in which they are given up on a terminal that is too narrow, the last first.
COLUMNS: Final = (
    Column("NODE", "node", lambda node: node.name),
    Column("SOCKETS", "sockets", _figure("hub_sockets"), is_summed=True),
    Column("ROOMS", "rooms", _figure("hub_rooms")),
    Column("MSG/S", "messages_per_second", _rate("hub_messages"), is_summed=True),
    Column("SENT/S", "deliveries_per_second", _rate("hub_deliveries"), is_summed=True),
    Column("LAG", "lagging", _figure("hub_lagging"), is_summed=True),
    Column("QUEUE", "queue", _figure("hub_queue"), is_summed=True),
    Column("COMMIT MS", "commit_p99_ms", _late("hub_commit_seconds"), digits=1),
    Column("BATCH", "commit_messages", _batch, digits=1),
    Column("BUS", "bus", _bus),
    Column("BUS MS", "bus_p99_ms", _late("hub_bus_delay_seconds"), digits=1),
    Column("LOOP MS", "loop_p99_ms", _late("loop_lag_seconds"), digits=1),
    Column("CPU %", "cpu_percent", _cpu),
    Column("MB", "resident_mb", _megabytes, is_summed=True),
    Column("IN/S", "frames_per_second", _rate("hub_frames"), is_summed=True),
    Column("BAD/S", "refused_per_second", _rate("hub_frames_refused"), is_summed=True, digits=1),
    Column("A WRITE", "messages_per_write", _per_write, digits=1),
    Column("FDS", "files", _figure("process_open_fds"), is_summed=True),
    Column("HOST", "host", lambda node: f"{node.last['host']}:{node.last['pid']}"),
)


class Board:
    """The nodes that have answered lately; *only* keeps those whose name or host begins so."""

    def __init__(self, only: str = "") -> None:
        self._only = only
        self._nodes: dict[str, Node] = {}

    def take(self, name: str, report: Mapping[str, Any], now: float) -> None:
        """Takes a report that came at *now*, by our clock."""
        if not (name.startswith(self._only) or report["host"].startswith(self._only)):
            return
        known = self._nodes.get(name)
        before = known.last if known is not None else None
        self._nodes[name] = Node(name, report, now, before)

    def nodes(self, now: float) -> list[Node]:
        """Answers the nodes at *now*, by name; who has said nothing for long is let go."""
        for node in tuple(self._nodes.values()):
            since = now - node.heard_at
            node.silent = since if since >= SILENT else 0.0
            if since >= GONE:
                del self._nodes[node.name]
        return [self._nodes[name] for name in sorted(self._nodes)]


def as_row(node: Node) -> dict[str, Value]:
    """Answers *node* for a program: every column by name, numbers as they are."""
    found = {column.name: column.of(node) for column in COLUMNS}
    rounded = {
        name: round(value, 3) if isinstance(value, float) else value
        for name, value in found.items()
    }
    return rounded | {
        "host": node.last["host"],
        "pid": node.last["pid"],
        "version": node.last["version"],
    }

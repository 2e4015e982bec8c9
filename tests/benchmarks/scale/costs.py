"""What things cost one node: measured, and kept in `costs.json` with where each comes from."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path

FILE = Path(__file__).with_name("costs.json")


@dataclass(frozen=True, slots=True)
class Costs:
    """Microseconds of CPU of one core where nothing else is said."""

    send: float  # one write to one member, the kernel's part included
    send_kib: float  # more, for each KiB in it
    receive: float  # one message in: read, decoded, allowed, queued, and its ack
    frame: float  # one message that a room here publishes
    commit: float  # one transaction
    commit_row: float  # more, for each message in it
    commit_ms: float  # milliseconds until it is done
    commit_row_ms: float  # more, for each message in it
    publish: float  # one envelope to the bus
    hear: float  # one envelope from the bus
    hear_row: float  # more, for each message in it
    ping: float  # one keep-alive, there and back
    connect: float  # one handshake, until it is told where each conversation is
    connection_kib: float  # memory, KiB, of one that is idle
    node_mib: float  # memory, MiB, of a node without any
    look_ms: float  # milliseconds until the log has said how far 500 conversations go
    redis_publish: float  # Redis: one envelope in
    redis_deliver: float  # Redis: one envelope out, to one node


def load(file: Path = FILE) -> Costs:
    """Reads the measured costs."""
    found = json.loads(file.read_text(encoding="utf-8"))
    return Costs(**{field.name: found[field.name]["value"] for field in fields(Costs)})

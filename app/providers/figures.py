"""The hub's plain counters as families."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pkg.hub import Hub
from pkg.hub.nodes.relay import Relay
from pkg.metrics import Family, Histogram, Source

# Counters of `Figures` that are one number each, under the name they go out by.
COUNTED: Final = (
    ("opened", "parley_hub_sockets_opened", "Sockets taken in."),
    ("frames", "parley_hub_frames", "Frames taken in from clients."),
    ("committed", "parley_hub_messages", "Messages committed by this node."),
    ("deliveries", "parley_hub_deliveries", "Messages handed to a client, each client counted."),
    ("writes", "parley_hub_writes", "Writes to sockets; each may carry many messages."),
    ("catch_ups", "parley_hub_catch_ups", "Clients that fell behind and were brought level."),
    ("gaps", "parley_hub_gaps", "Holes told to clients: messages they will never get."),
)
SPREAD: Final = (
    ("commit_sizes", "parley_hub_commit_messages", "Messages of one commit."),
    ("commit_seconds", "parley_hub_commit_seconds", "What one commit took."),
)


class HubFigures(Source):
    """What *hub* does, and how it is."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def families(self) -> Iterator[Family]:
        figures = self._hub.figures
        for name, value, help in self._standing():
            yield Family.one(name, "gauge", help, value)
        for attribute, name, help in COUNTED:
            yield Family.one(name, "counter", help, getattr(figures, attribute))
        for attribute, name, help in SPREAD:
            yield Family.one(name, "histogram", help, getattr(figures, attribute))
        closed = {str(int(code)): count for code, count in figures.closed.items()}
        yield Family.by(
            "code", "parley_hub_sockets_closed", "counter", "Sockets gone, by close code.", closed
        )
        yield Family.by(
            "code",
            "parley_hub_frames_refused",
            "counter",
            "Frames answered with an error, by its code.",
            figures.refused,
        )

    def _standing(self) -> Iterator[tuple[str, float, str]]:
        hub = self._hub
        yield "parley_hub_sockets", hub.clients, "Sockets that are open."
        yield "parley_hub_rooms", hub.rooms, "Conversations with a client on this node."
        lagging = sum(client.lagging for client in hub.manager.clients)
        yield "parley_hub_lagging", lagging, "Clients that are being brought level."
        yield "parley_hub_queue", hub.commit.queued, "Messages that wait for a commit."


class BusFigures(Source):
    """What *relay* hears of other nodes, and how the way there is."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def families(self) -> Iterator[Family]:
        relay, bus = self._relay, self._relay.bus
        yield Family.one(
            "parley_hub_bus_up", "gauge", "1 while other nodes hear this one.", int(bus.is_up)
        )
        for name, value, help in (
            ("heard", relay.heard, "Envelopes that came from other nodes."),
            ("ignored", relay.ignored, "Envelopes that nobody here understands."),
            ("dropped", bus.dropped, "Envelopes that never left this node."),
            ("healed", relay.intake.healed, "Messages the bus lost, read from the log."),
        ):
            yield Family.one(f"parley_hub_bus_{name}", "counter", help, value)
        yield Family.one(
            "parley_hub_bus_delay_seconds",
            "histogram",
            "Once a second: until a word of this node's own is back.",
            bus.delays or Histogram(),
        )

"""What it costs to take frames of 128 bytes out of bytes: our parser, and that of websockets."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from pkg.hub.socket.wire import TEXT, Inbound
from tests.benchmarks.tries.turns import table, turn

CALLS = 3_000
SIZES = (1, 16)  # frames that come at once
FRAME = Frame(Opcode.TEXT, b"~T!" + b"x" * 125).serialize(mask=True)


def ways(frames: int) -> dict[str, Callable[[], object]]:
    data = FRAME * frames
    inbound = Inbound(max_size=65_536)
    theirs = ServerProtocol(state=State.OPEN, max_size=65_536)

    def by_websockets() -> None:
        theirs.receive_data(data)
        if len(theirs.events_received()) != frames:
            raise RuntimeError("a frame is missing")

    def by_wire() -> None:
        found = inbound.feed(data)
        if len(found) != frames or found[0][0] != TEXT:
            raise RuntimeError("a frame is missing")

    return {"websockets, sans-IO": by_websockets, "pkg/hub/socket/wire.py": by_wire}


def run(rounds: int) -> Iterable[str]:
    for frames in SIZES:
        made = ways(frames)
        turns = [turn(made, CALLS) for _ in range(rounds)]
        yield from table(f"{frames} frames of 128 bytes at once", turns)
        yield ""

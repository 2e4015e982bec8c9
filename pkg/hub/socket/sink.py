"""Where a socket's frames go."""

from __future__ import annotations

from typing import Final, Protocol


class Sink(Protocol):
    """Where a socket's frames go. No call waits, and none raises."""

    def receive(self, opcode: int, payload: bytes) -> None:
        """Takes one message, whole: TEXT, which is UTF-8, or BINARY."""
        ...

    def heard(self) -> None:
        """Notes a sign of life that is no message."""
        ...

    def lost(self) -> None:
        """Notes that the socket is gone. The last call, and the only one of its kind."""
        ...


class Nowhere:
    """The sink of a socket that is gone."""

    def receive(self, opcode: int, payload: bytes) -> None:
        pass

    def heard(self) -> None:
        pass

    def lost(self) -> None:
        pass


NOWHERE: Final[Sink] = Nowhere()

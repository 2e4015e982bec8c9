"""What the hub asks of the way to and from one socket."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from pkg.hub.message import Bundle
from pkg.hub.socket.outlet import Crowd, Outlet
from pkg.hub.socket.sink import Sink


@dataclass(frozen=True, slots=True)
class Terms:
    """What an endpoint asks of a socket's transport."""

    outlet: Outlet  # for frames
    crowd: Crowd  # for those who come and go
    max_size: int  # bytes of a message that is taken in
    high: int  # bytes that wait for the peer, above which it is full
    low: int  # and below which it is not any more
    packs: bool = False  # permessage-deflate, with who offers it


class Outbound(ABC):
    """The way to one peer: takes frames at once, keeps their order, sends when the peer reads.

    No verb but `drained` waits, and none raises: delivery is one step between two awaits.
    """

    __slots__ = ()
    # Takes the bytes of frames, as `write` would, while nothing stands in their way. None: `write`
    # knows what to do. For those who serve thousands, to whom a call less is a tenth.
    lane: Callable[[bytes], None] | None

    @property
    @abstractmethod
    def code(self) -> int:
        """What it ended with: LEFT, a close code of ours, or GONE, which it also is before."""

    @property
    @abstractmethod
    def buffered(self) -> int:
        """Bytes taken and not yet handed to the network."""

    @property
    @abstractmethod
    def is_full(self) -> bool:
        """More waits than may, and it has not fallen below the low mark since."""

    @abstractmethod
    def on_full(self, call: Callable[[], None]) -> None:
        """Has *call* called whenever it becomes full."""

    @abstractmethod
    def write(self, bundle: Bundle) -> None:
        """Takes *bundle*. After `close` it is dropped."""

    @abstractmethod
    def queue(self, bundle: Bundle) -> None:
        """Takes *bundle* as `write` does, to go out in one piece with what else comes this turn."""

    @abstractmethod
    def close(self, code: int, reason: str, *, linger: bool = False) -> None:
        """Ends the socket; only the first call counts.

        What still waits is dropped, so nothing more reaches a revoked session: a peer that is
        behind may then miss the close frame, too. With *linger* all of it goes out first.
        """

    @abstractmethod
    async def drained(self) -> None:
        """Returns once it is not full, or closed."""


class Transport(Outbound):
    """One socket, both ways. Calls of one kind do not add up, and none but `serve` waits."""

    __slots__ = ()

    @abstractmethod
    def ping(self) -> bool:
        """Asks the peer for a sign of life. False: the server does so, and this cannot."""

    @abstractmethod
    def pause_reading(self) -> None:
        """Takes in no more until `resume_reading`."""

    @abstractmethod
    def resume_reading(self) -> None:
        """Takes in again."""

    @abstractmethod
    async def serve(self, sink: Sink) -> None:
        """Hands what comes in to *sink*. May return before the socket ends: *sink* is told."""

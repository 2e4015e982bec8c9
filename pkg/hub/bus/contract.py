"""How nodes wake each other. The log is the truth: whatever is lost here is found there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from pkg.errors import Misconfigured, Unavailable
from pkg.metrics import Histogram

CONVERSATION_CHANNELS = 64
CHANNELS = (*map(str, range(CONVERSATION_CHANNELS)), "signals", "presence", "users")


class BadBusUrl(Misconfigured):
    """`HUB_BUS_URL` is no address that the bus understands. The message never quotes it."""

    code = "bus.url"


class BusRefused(Misconfigured):
    """The server answers, and will not have us: a wrong password, a right or a feature lacking."""

    code = "bus.refused"


class BusUnavailable(Unavailable):
    """The server does not answer."""

    code = "bus.unavailable"


class Bus(ABC):
    """Carries envelopes between the nodes of one application, each to every node.

    An envelope comes at most once, and those of one sender on one channel in their order, while
    the bus is up. A sender's own come back to it as well. One may be lost at any time.
    """

    is_alone: bool = False  # nobody else can hear: whoever publishes may save the work
    dropped: int = 0  # envelopes that never left this node
    delays: Histogram | None = None  # seconds until a word of our own was back, where it travels

    @property
    @abstractmethod
    def is_up(self) -> bool:
        """Whether this node hears and is heard, as far as it knows."""

    @abstractmethod
    async def start(
        self, deliver: Callable[[bytes], None], changed: Callable[[bool], None]
    ) -> None:
        """Begins to hear. A server that is away is tried again and again, with growing pauses.

        *deliver* gets each envelope of every channel. *changed* is told True once everything
        published from then on is heard, by this node and by others of this one, and False when
        that ends. Neither may raise, and neither is called from inside `publish`.

        Raises:
            BusRefused: the server will not have us, which no waiting changes.
        """

    @abstractmethod
    def publish(self, channel: str, envelope: bytes) -> None:
        """Sends *envelope* to every node on *channel*, one of `CHANNELS`. Never waits or raises.

        While the bus is down, or so slow that too much waits already, it is dropped. An envelope
        is not empty and does not begin with NUL: drivers keep those for their own use.
        """

    @abstractmethod
    async def stop(self) -> None:
        """Hears no more; what was published goes out if it can at once. Twice is as once."""

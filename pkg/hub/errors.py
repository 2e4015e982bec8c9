"""What the hub refuses, and the codes with which it closes."""

from __future__ import annotations

from enum import IntEnum

from pkg.errors import Exhausted, Rejected, Unavailable

LEFT, GONE = 1000, 1006  # RFC 6455 7.4.1: the peer said goodbye, or just was not there any more


class CloseCode(IntEnum):
    """Why a socket is closed. They are API: 4000-4499 may come back, 4500-4999 may not."""

    GOING_AWAY = 1001
    PROTOCOL = 1002
    NOT_UTF8 = 1007
    TOO_BIG = 1009
    SERVER_ERROR = 1011
    RESTART = 1012
    UNAUTHENTICATED = 4401
    SESSION_ENDED = 4403
    TOO_SLOW = 4408
    TOO_MANY = 4429
    BANNED = 4503
    REPLACED = 4509


class FrameRefused(Exception):
    """The peer broke the protocol: its socket is closed with *close_code*, and it alone is told.

    Not of the tree of `pkg.errors`: it never leaves the hub, and has no words for people.
    """

    def __init__(self, close_code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.close_code = close_code


class IdReused(Rejected):
    """The sender has used this id for another message in this conversation."""

    code = "message.id_reused"


class MessageRefused(Rejected):
    """The store will not take this message, whatever else stands beside it in the batch."""

    code = "message.refused"


class ConversationGone(Rejected):
    """There is no such conversation any more."""

    code = "conversation.gone"


class StoreBusy(Unavailable):
    """Too many messages wait for their commit already."""

    code = "store.busy"


class HubStopped(Unavailable):
    """This node is going away: come back, and reach another one."""

    code = "hub.stopped"


class TooManySockets(Exhausted):
    """The user, the address or this node has as many sockets open as it may."""

    code = "socket.limit"


class TooManyHandshakes(Exhausted):
    """This address opens sockets too fast."""

    code = "socket.rate"

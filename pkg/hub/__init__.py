from __future__ import annotations

from pkg.hub.amend import amendment
from pkg.hub.client import Client, Dialect, Identity, Run
from pkg.hub.company.company import Company
from pkg.hub.company.receipts import Cursor, CursorStore, Receipt
from pkg.hub.company.watchers import MAX_WATCHED, Presences, State
from pkg.hub.config import MAX_FRAME, PING_SECONDS, HubConfig
from pkg.hub.errors import (
    CloseCode,
    ConversationGone,
    HubStopped,
    IdReused,
    MessageRefused,
    StoreBusy,
    TooManyHandshakes,
    TooManySockets,
)
from pkg.hub.hub import Hub
from pkg.hub.manager import ClientManager
from pkg.hub.message import (
    SYSTEM,
    Bundle,
    Gap,
    Message,
    as_object,
    bundled,
    conversation_address,
    encode,
    read_address,
    user_address,
)
from pkg.hub.room import Room
from pkg.hub.socket.asgi import AsgiTransport
from pkg.hub.socket.outlet import Crowd, Outlet
from pkg.hub.socket.protocol import HubProtocol
from pkg.hub.socket.sink import Sink
from pkg.hub.socket.transport import Terms, Transport
from pkg.hub.socket.upgrade import EXTENSION
from pkg.hub.store import Ack, Draft, MessageStore

__all__ = [
    "EXTENSION",
    "MAX_FRAME",
    "MAX_WATCHED",
    "PING_SECONDS",
    "SYSTEM",
    "Ack",
    "AsgiTransport",
    "Bundle",
    "Client",
    "ClientManager",
    "CloseCode",
    "Company",
    "ConversationGone",
    "Crowd",
    "Cursor",
    "CursorStore",
    "Dialect",
    "Draft",
    "Gap",
    "Hub",
    "HubConfig",
    "HubProtocol",
    "HubStopped",
    "IdReused",
    "Identity",
    "Message",
    "MessageRefused",
    "MessageStore",
    "Outlet",
    "Presences",
    "Receipt",
    "Room",
    "Run",
    "Sink",
    "State",
    "StoreBusy",
    "Terms",
    "TooManyHandshakes",
    "TooManySockets",
    "Transport",
    "amendment",
    "as_object",
    "bundled",
    "conversation_address",
    "encode",
    "read_address",
    "user_address",
]

"""Where sockets come in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

from app.errors import InMaintenance
from app.ws.errors import CLOSES
from app.ws.handshake import SUBPROTOCOL, Shown, shown
from app.ws.op import Op
from app.ws.socket import Socket
from pkg.hub import EXTENSION, AsgiTransport, TooManySockets, Transport

if TYPE_CHECKING:
    from app.container import Services


class Endpoint:
    """Serves `/ws` by the frame table *ops*.

    A foreign origin, too many handshakes and closed doors are refused over HTTP, before the accept.
    From then on a socket ends with a close frame, whatever breaks. On the hub's own protocol this
    returns when the handshake is done; on any other server it stays as long as the socket.
    """

    def __init__(self, ops: Iterable[Op]) -> None:
        self._ops = {op.name: op for op in ops}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (await receive())["type"] != "websocket.connect":
            return
        services: Services = scope["state"]["services"]
        found, hub = await shown(scope, services), services.hub
        if (closed := services.doors.closed) is not None and not scope.get("has_pass"):
            raise InMaintenance(retry_after=closed.retry_after)  # they closed behind the stage
        transport = _transport(scope, receive, send, services)
        try:
            client = hub.open(transport, dialect=found.dialect, ip=found.ip, address=found.address)
        except TooManySockets as exc:
            await _accept(send, found)
            code = CLOSES[TooManySockets]
            await send({"type": "websocket.close", "code": code, "reason": exc.code})
            return
        socket = Socket(services, client, self._ops, locale=found.locale)
        try:
            await _accept(send, found)
            socket.begin(found.principal, found.refusal)
            await transport.serve(socket)
        except OSError:
            socket.lost()  # the peer went meanwhile
        except BaseException:
            socket.lost()
            raise


def _transport(scope: Scope, receive: Receive, send: Send, services: Services) -> Transport:
    extension = scope.get("extensions", {}).get(EXTENSION)
    if extension is None:
        return AsgiTransport(receive, send, services.hub.terms)
    transport: Transport = extension(services.hub.terms)
    return transport


async def _accept(send: Send, found: Shown) -> None:
    subprotocol = SUBPROTOCOL if found.dialect == SUBPROTOCOL else None
    await send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": []})

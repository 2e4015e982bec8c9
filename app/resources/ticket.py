"""A socket's ticket on its way to the client."""

from __future__ import annotations

from typing_extensions import TypedDict

from pkg.auth import Ticket


class TicketCard(TypedDict):
    """What opens one socket once, within `expires_in` seconds."""

    ticket: str
    url: str
    expires_in: int


def ticket_card(issued: Ticket, url: str) -> TicketCard:
    """Answers *issued* with the address to open, where *url* is the application's own."""
    socket = f"ws{url.removeprefix('http')}/ws?ticket={issued.ticket}"
    return {"ticket": issued.ticket, "url": socket, "expires_in": issued.expires_in}

"""Telling how far one has read, and what has arrived."""

from __future__ import annotations

from app.actions.chat.mark_read import note_cursor
from app.ws import frames
from app.ws.handlers.follow import conversation
from app.ws.socket import Socket
from pkg.hub import Cursor


async def read(socket: Socket, frame: frames.Read) -> None:
    """Notes how far the user has read; the members are told soon."""
    cursor = Cursor(conversation(frame.conversation), socket.user_id, read=frame.seq)
    await note_cursor(socket.services, cursor)


async def delivered(socket: Socket, frame: frames.Delivered) -> None:
    """Notes what has reached a device of the user; the members are told soon."""
    cursor = Cursor(conversation(frame.conversation), socket.user_id, delivered=frame.seq)
    await note_cursor(socket.services, cursor)

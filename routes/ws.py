"""Every frame a client of `chat.v1` may send, one row each: name, handler, frame, answer, limit."""

from __future__ import annotations

from typing import Final

from app.ws import frames
from app.ws.handlers import change, chat, follow, hello, presence, receipts
from app.ws.op import op

# fmt: off
OPS: Final = (
    op("hello", hello.hello, frame=frames.Hello),
    op("auth", hello.renew, frame=frames.Renew, answer=frames.Renewed),
    op("ping", hello.ping, frame=frames.Ping, answer=frames.Pong),
    op("message", chat.post, frame=frames.PostMessage, limit="message"),
    op("edit", change.edit, frame=frames.Edit, limit="message"),
    op("recall", change.recall, frame=frames.Recall, limit="message"),
    op("read", receipts.read, frame=frames.Read),
    op("delivered", receipts.delivered, frame=frames.Delivered),
    op("typing", presence.typing, frame=frames.Typing),
    op("watch", presence.watch, frame=frames.Watch, limit="watch"),
    op("sync", follow.sync, frame=frames.Sync, answer=frames.Synced),
    op("subscribe", follow.subscribe, frame=frames.Subscribe, answer=frames.Subscribed),
    op("unsubscribe", follow.unsubscribe, frame=frames.Unsubscribe, answer=frames.Unsubscribed),
)

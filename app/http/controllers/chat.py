"""Messages, and the ticket that opens a socket."""

from __future__ import annotations

from app.actions.chat.change_message import edit_message, recall_message
from app.actions.chat.find_presence import find_presence
from app.actions.chat.list_messages import Window, list_messages
from app.actions.chat.mark_read import mark_read
from app.actions.chat.post_message import Said, post_message
from app.http.heads import heads
from app.http.reply import reply
from app.http.state import Req, principal, services
from app.requests.chat import (
    EditMessage,
    ListMessages,
    ListPresence,
    MarkRead,
    OneMessage,
    PostMessage,
)
from app.resources.message import MessageCard, message_card, onward
from app.resources.presence import PresenceCard, ReadCard, presence_card, read_card
from app.resources.ticket import TicketCard, ticket_card
from pkg.paginator import CursorPage


async def index(request: Req, form: ListMessages) -> CursorPage[MessageCard]:
    part = await list_messages(
        services(request),
        user_id=principal(request).user_id,
        conversation_id=form.conversation,
        window=Window(form.limit, before=form.before, after=form.after, around=form.around),
    )
    cards = [message_card(each) for each in part.messages]
    if part.has_more:
        newer, path = form.after is not None, request.scope["path"]
        reply(request).say("link", onward(path, cards, newer=newer, limit=form.limit))
    return {
        "items": cards,
        "pager": {
            "per_page": form.limit,
            "next_cursor": None,  # a seq is the cursor here: `before` and `after`
            "prev_cursor": None,
            "has_more": part.has_more,
        },
    }


async def post(request: Req, form: PostMessage) -> MessageCard:
    said = Said(form.content, form.id, form.kind, form.reply_to)
    ack = await post_message(
        services(request),
        sender_id=principal(request).user_id,
        recipient=form.conversation,
        said=said,
    )
    card, answer = message_card(ack.message), reply(request)
    talks = request.scope["path"].rsplit("/", 2)[0]  # `u:42` was asked for, and stands at `c:7`
    answer.created(f"{talks}/{card['conversation']}/messages?around={card['seq']}&limit=1")
    answer.status = 200 if ack.dup else 201
    return card


async def edit(request: Req, form: EditMessage) -> MessageCard:
    changed = await edit_message(
        services(request),
        user_id=principal(request).user_id,
        conversation_id=form.conversation,
        seq=form.seq,
        content=form.content,
    )
    return message_card(changed.message)


async def recall(request: Req, form: OneMessage) -> None:
    await recall_message(
        services(request),
        user_id=principal(request).user_id,
        conversation_id=form.conversation,
        seq=form.seq,
    )


async def read(request: Req, form: MarkRead) -> ReadCard:
    marked = await mark_read(
        services(request),
        user_id=principal(request).user_id,
        conversation_id=form.conversation,
        seq=form.seq,
    )
    return read_card(form.conversation, read_seq=marked.read_seq, unread=marked.unread)


async def presence(request: Req, form: ListPresence) -> PresenceCard:
    user_id = principal(request).user_id
    states = await find_presence(services(request), user_id=user_id, users=form.users)
    return presence_card(states)


async def ticket(request: Req) -> TicketCard:
    found, origin = services(request), heads(request.scope).text(b"origin")
    issued = await found.auth.issue_ticket(principal(request), origin)
    return ticket_card(issued, found.settings.app.url)

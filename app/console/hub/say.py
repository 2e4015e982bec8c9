"""hub:say."""

from __future__ import annotations

import asyncio

import click

from app.actions.admin.find_account import find_account
from app.actions.chat.say import say
from app.container import Services, open_services
from app.errors import Forbidden, NotFound
from app.kernel import Kernel
from app.models import LOBBY_ID
from app.requests.chat import PostMessage
from pkg.console import Stop, ok
from pkg.hub import ConversationGone, MessageRefused, conversation_address
from pkg.validation import Invalid, parse


@click.command("hub:say")
@click.argument("conversation")
@click.argument("text")
@click.option("--as", "user", metavar="USER", help="Says it as this user, not as the system.")
@click.pass_obj
def hub_say(kernel: Kernel, /, *, conversation: str, text: str, user: str | None) -> None:
    """Says TEXT in CONVERSATION: `lobby`, `c:7`, or with --as also `u:42`, a user's direct talk.

    It is stored and ordered like any other message, and reaches every node within a second. --as
    takes an id, name, mobile or e-mail; who may not speak there may not so either.
    """
    ok(asyncio.run(_say(kernel, conversation, text, user)))


async def _say(kernel: Kernel, conversation: str, text: str, whom: str | None) -> str:
    async with open_services(kernel.settings) as services:
        try:
            return await _said(services, conversation, text, whom)
        except Invalid as exc:
            raise Stop(f"this cannot be said: {_faults(services, exc)}") from exc
        except NotFound as exc:
            raise Stop(str(exc)) from exc
        except (Forbidden, ConversationGone, MessageRefused) as exc:
            raise Stop(services.translator.text("en", exc.code)) from exc


async def _said(services: Services, conversation: str, text: str, whom: str | None) -> str:
    where = conversation_address(LOBBY_ID) if conversation == "lobby" else conversation
    form = parse(PostMessage, {"conversation": where, "content": text})
    sender = await find_account(services, whom) if whom is not None else None
    ack = await say(
        services,
        recipient=form.conversation,
        content=form.content,
        sender_id=sender.id if sender is not None else None,
    )
    return f"said in {ack.message.conversation}, where it is message {ack.message.seq}"


def _faults(services: Services, exc: Invalid) -> str:
    found = ((name, fault) for name, faults in exc.faults.items() for fault in faults)
    words = services.translator.text
    return "; ".join(
        f"{name}: {words('en', f'field.{fault.code}', **fault.params)}" for name, fault in found
    )

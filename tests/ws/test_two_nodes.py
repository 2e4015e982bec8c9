"""Two nodes on one database and one Redis: who is on the other one misses nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pkg.testing import require
from tests.site import Person, running, settings
from tests.ws.conftest import Chat

Nodes = tuple[Chat, Chat]


@pytest.fixture
def nodes(database_url: str, tmp_path: Path) -> Iterator[Nodes]:
    url, name = require("redis"), f"test-{secrets.token_hex(8)}"
    configured = settings(tmp_path, DATABASE_URL=database_url, HUB_BUS_URL=url, HUB_BUS_NAME=name)
    with ExitStack() as stack:
        one, two = (Chat(stack.enter_context(running(configured)), stack) for _ in range(2))
        yield one, two


def people(nodes: Nodes) -> tuple[Person, Person]:
    return nodes[0].site.sign_up(name="ann"), nodes[1].site.sign_up("+8613900000001", name="ben")


def test_a_users_devices_have_the_same_conversation_whichever_node_they_are_on(
    nodes: Nodes,
) -> None:
    (here, there), (ann, ben) = nodes, people(nodes)
    phone, laptop, other = here.join(ann), there.join(ann), there.join(ben)

    phone.say("hello", f"u:{ben.id}")
    message = phone.get("message")
    assert laptop.get("message") == other.get("message") == message

    laptop.say("again", message["conversation"])
    assert phone.get("message")["seq"] == other.get("message")["seq"] == 2


def test_presence_typing_receipts_and_changes_cross(nodes: Nodes) -> None:
    (here, there), (ann, ben) = nodes, people(nodes)
    one = here.join(ann)
    one.say("helo", f"u:{ben.id}")
    conversation = one.get("ack")["conversation"]
    one.send("watch", users=[f"u:{ben.id}"])
    assert one.get("presence")["users"] == {f"u:{ben.id}": "offline"}

    other = there.join(ben)
    assert one.get("presence")["users"] == {f"u:{ben.id}": "online"}
    other.send("watch", users=[f"u:{ann.id}"])
    while other.get("presence")["users"] != {f"u:{ann.id}": "online"}:
        pass  # her node is still to be heard

    other.send("typing", conversation=conversation)
    assert one.get("typing")["user"] == f"u:{ben.id}"
    other.send("read", conversation=conversation, seq=1)
    assert one.get("receipt")["read"] == 1
    one.send("edit", conversation=conversation, seq=1, content="hello")
    assert other.get("edit")["content"] == "hello"

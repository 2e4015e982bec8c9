"""Who may speak to whom is remembered, on two nodes, and what changes is kept to."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.models import Member, User
from tests.site import Person, Site

Nodes = tuple[Site, Site]


def say(site: Site, by: Person, recipient: str) -> Any:
    path = f"/conversations/{recipient}/messages"
    return site.ask("POST", path, by=by, json={"content": "hello"})


def seconds_until_forgotten(site: Site, by: Person, recipient: str) -> float:
    """Waits until what *site* knew of where they stand counts no more."""

    async def known() -> bool:
        return site.services.members.standing(int(by.id), recipient) is not None

    began = time.monotonic()
    while site.run(known):
        assert time.monotonic() - began < 5, "it never came to that"
    return time.monotonic() - began


async def mute(site: Site, person: Person, minutes: int) -> None:
    until = datetime.now(UTC) + timedelta(minutes=minutes)
    async with site.services.members.changing(int(person.id)):
        await Member.filter(user_id=int(person.id)).update(muted_until=until)


async def close(site: Site, person: Person) -> None:
    async with site.services.members.changing(int(person.id)):
        await User.filter(id=int(person.id)).update(disabled_at=datetime.now(UTC))


@pytest.mark.rule(69)
def test_a_mute_is_kept_to_at_once_where_it_is_made_and_elsewhere_within_a_second(
    nodes: Nodes,
) -> None:
    one, other = nodes
    ann, ben = one.sign_up(), other.sign_up("+8613900000001", "ben")
    for site in nodes:
        assert say(site, ann, f"u:{ben.id}").status_code == 201

    one.run(mute, one, ann, 5)

    assert say(one, ann, f"u:{ben.id}").json()["code"] == "member.muted"
    assert seconds_until_forgotten(other, ann, f"u:{ben.id}") < 1
    assert say(other, ann, f"u:{ben.id}").json()["code"] == "member.muted"
    assert say(other, ben, f"u:{ann.id}").status_code == 201

    one.run(mute, one, ann, -5)
    assert say(one, ann, f"u:{ben.id}").status_code == 201
    assert seconds_until_forgotten(other, ann, f"u:{ben.id}") < 1
    assert say(other, ann, f"u:{ben.id}").status_code == 201


@pytest.mark.rule(69)
def test_a_closed_account_can_be_written_to_by_nobody_within_a_second(nodes: Nodes) -> None:
    one, other = nodes
    ann, ben = one.sign_up(), other.sign_up("+8613900000001", "ben")
    for site in nodes:
        assert say(site, ann, f"u:{ben.id}").status_code == 201
    conversation = say(other, ann, f"u:{ben.id}").json()["data"]["conversation"]
    assert say(other, ann, conversation).status_code == 201

    one.run(close, one, ben)

    for recipient in (f"u:{ben.id}", conversation):
        assert say(one, ann, recipient).status_code == 404
        assert seconds_until_forgotten(other, ann, recipient) < 1
        assert say(other, ann, recipient).status_code == 404


def test_a_conversation_that_one_node_makes_lets_in_the_clients_of_the_other(nodes: Nodes) -> None:
    one, other = nodes
    ann, ben = one.sign_up(), other.sign_up("+8613900000001", "ben")
    with other.client.websocket_connect("/ws", ["chat.v1"], headers=ben.bearer) as socket:
        socket.send_json({"type": "hello", "v": 1})
        assert socket.receive_json()["type"] == "welcome"

        made = say(one, ann, f"u:{ben.id}").json()["data"]

        while (frame := socket.receive_json())["type"] != "message":
            pass
        assert frame == made

"""Asking for what was missed, and following conversations."""

from __future__ import annotations

import pytest

from tests.site import Person
from tests.ws.conftest import Chat, Peer


def fill(peer: Peer, count: int, recipient: str = "") -> str:
    """Says *count* things and answers the conversation's address."""
    conversation = ""
    for number in range(count):
        peer.say(str(number), recipient=recipient)
        conversation = str(peer.get("ack")["conversation"])
        peer.get("message")
    return conversation


def test_a_sync_sends_again_what_it_is_asked_for(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)
    fill(peer, 10)

    peer.send("sync", conversation="c:1", after=2, limit=5)
    assert [peer.get("message")["seq"] for _ in range(5)] == [3, 4, 5, 6, 7]
    assert peer.get("synced") == {
        "type": "synced",
        "conversation": "c:1",
        "after": 2,
        "to": 7,
        "more": True,
    }

    peer.send("sync", conversation="c:1", after=7)
    assert [peer.get("message")["seq"] for _ in range(3)] == [8, 9, 10]
    assert peer.get("synced")["more"] is False


def test_a_sync_of_nothing_says_so(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)
    fill(peer, 2)

    peer.send("sync", conversation="c:1", after=2)

    synced = peer.get("synced")
    assert (synced["after"], synced["to"], synced["more"]) == (2, 2, False)


@pytest.mark.rule(77)
def test_a_sync_beyond_the_log_is_told_of_a_gap(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)
    fill(peer, 2)

    peer.send("sync", conversation="c:1", after=50)

    gap = peer.get("gap")
    assert (gap["have"], gap["first"], gap["top"]) == (50, 3, 2)
    assert peer.get("synced")["to"] == 2


def test_unsubscribing_and_subscribing_again_misses_nothing(
    chat: Chat, ann: Person, ben: Person
) -> None:
    one, two = chat.join(ann), chat.join(ben)

    two.send("unsubscribe", conversation="c:1")
    assert two.get("unsubscribed")["conversation"] == "c:1"
    fill(one, 3)
    assert not two.quiet()
    two.send("subscribe", conversation="c:1", after=1)

    assert two.get("subscribed") == {"type": "subscribed", "conversation": "c:1", "seq": 3}
    assert [two.get("message")["seq"] for _ in range(2)] == [2, 3]


def test_subscribing_where_one_is_changes_nothing(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)
    fill(peer, 2)

    peer.send("subscribe", conversation="c:1")
    peer.get("subscribed")
    peer.say("next")

    assert peer.get("message")["seq"] == 3
    assert not [frame for frame in peer.quiet() if frame["type"] == "message"]


def test_who_unsubscribed_from_a_person_hears_nothing_of_them(
    chat: Chat, ann: Person, ben: Person
) -> None:
    one, two = chat.join(ann), chat.join(ben)
    conversation = fill(one, 1, f"u:{ben.id}")
    two.get("message")

    two.send("unsubscribe", conversation=conversation)
    two.get("unsubscribed")
    fill(one, 1, f"u:{ben.id}")

    assert not two.quiet()


def test_a_ping_comes_back(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)

    peer.send("ping", t=1764000000123)

    assert peer.get("pong") == {"type": "pong", "t": 1764000000123}

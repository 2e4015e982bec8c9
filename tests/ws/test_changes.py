"""Editing and recalling, over sockets and HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.site import Person, codes
from tests.ws.conftest import Chat, Peer

WINDOW = 600


@pytest.fixture
def environ() -> dict[str, str]:
    return {"HUB_EDIT_WINDOW": str(WINDOW)}


def said(peer: Peer, content: str, recipient: str = "") -> tuple[str, int, str]:
    """Says something and answers its conversation, its seq and its id."""
    id = peer.say(content, recipient)
    ack = peer.get("ack")
    return ack["conversation"], ack["seq"], id


def history(chat: Chat, by: Person, conversation: str) -> list[dict[str, Any]]:
    path = f"/conversations/{conversation}/messages"
    found: list[dict[str, Any]] = chat.site.ask("GET", path, by=by).json()["data"]
    return found


def test_an_edit_is_told_to_everybody_and_stays(chat: Chat, ann: Person, ben: Person) -> None:
    one, phone, other = chat.join(ann), chat.join(ann), chat.join(ben)
    conversation, seq, _ = said(one, "helo", f"u:{ben.id}")

    one.send("edit", conversation=conversation, seq=seq, content="hello")

    frame = {
        "type": "edit",
        "conversation": conversation,
        "seq": seq,
        "rev": 1,
        "content": "hello",
    }
    assert one.get("edit") == phone.get("edit") == other.get("edit") == frame
    (card,) = history(chat, ben, conversation)
    assert (card["content"], card["rev"], card["seq"]) == ("hello", 1, seq)
    other.send("sync", conversation=conversation, after=0)
    assert other.get("synced")["to"] == seq
    assert [each["content"] for each in other.waiting if each["type"] == "message"][-1] == "hello"


def test_a_recall_keeps_the_place_and_takes_the_content(
    chat: Chat, ann: Person, ben: Person
) -> None:
    one, other = chat.join(ann), chat.join(ben)
    conversation, seq, _ = said(one, "secret", f"u:{ben.id}")
    said(one, "next", conversation)

    one.send("recall", conversation=conversation, seq=seq)

    frame = {"type": "recall", "conversation": conversation, "seq": seq, "rev": 1}
    assert one.get("recall") == other.get("recall") == frame
    first, second = history(chat, ben, conversation)
    assert (first["content"], first["recalled"], first["rev"]) == ("", True, 1)
    assert (second["content"], second["seq"]) == ("next", seq + 1)
    rows = chat.site.run(chat.site.services.database.fetch, "SELECT content FROM messages")
    assert "secret" not in str(rows)

    late = chat.join(ben, resume={conversation: 0})
    assert [late.get("message").get("recalled") for _ in range(2)] == [True, None]


def test_the_same_change_again_counts_no_rev_and_is_answered(
    chat: Chat, ann: Person, ben: Person
) -> None:
    one, other = chat.join(ann), chat.join(ben)
    conversation, seq, _ = said(one, "helo", f"u:{ben.id}")
    for type in ("edit", "recall"):
        for _ in range(2):
            one.send(type, conversation=conversation, seq=seq, content="hello")
        first, again = one.get(type), one.get(type)
        assert first == again
        other.get(type)

    assert [frame["type"] for frame in other.quiet()] == ["message"]


def test_whoever_has_left_the_room_is_answered_all_the_same(
    chat: Chat, ann: Person, ben: Person
) -> None:
    one = chat.join(ann)
    conversation, seq, _ = said(one, "helo", f"u:{ben.id}")
    one.send("unsubscribe", conversation=conversation)
    one.get("unsubscribed")

    one.send("edit", conversation=conversation, seq=seq, content="hello")

    assert one.get("edit")["rev"] == 1


@pytest.mark.rule(69)
def test_nobody_changes_what_another_said(
    chat: Chat, ann: Person, ben: Person, eve: Person
) -> None:
    one, other, outsider = chat.join(ann), chat.join(ben), chat.join(eve)
    conversation, seq, _ = said(one, "mine", f"u:{ben.id}")

    for type in ("edit", "recall"):
        for peer, wanted in ((other, "forbidden"), (outsider, "not_found")):
            peer.send(type, conversation=conversation, seq=seq, content="yours", id="x")
            answer = peer.get("error")
            assert (answer["code"], answer["ref"]) == (wanted, "x")
        one.send(type, conversation=conversation, seq=seq + 1, content="nothing")
        assert one.get("error")["code"] == "not_found"

    (card,) = history(chat, ann, conversation)
    assert (card["content"], card.get("rev")) == ("mine", None)


def test_after_the_window_it_stays_as_it_is(chat: Chat, ann: Person) -> None:
    one = chat.join(ann)
    conversation, seq, _ = said(one, "helo")
    chat.later(WINDOW)
    one.send("edit", conversation=conversation, seq=seq, content="hello")
    assert one.get("edit")["rev"] == 1

    chat.later(1)
    for type in ("edit", "recall"):
        one.send(type, conversation=conversation, seq=seq, content="hello!")
        assert one.get("error")["code"] == "message.closed"


def test_what_was_recalled_cannot_be_edited(chat: Chat, ann: Person) -> None:
    one = chat.join(ann)
    conversation, seq, _ = said(one, "helo")
    one.send("recall", conversation=conversation, seq=seq)

    one.send("edit", conversation=conversation, seq=seq, content="hello")

    assert one.get("error")["code"] == "message.recalled"


@pytest.mark.rule(70)
@pytest.mark.parametrize("content", ["", 7, None, "a\0b", "x" * 16_385])
def test_an_edit_keeps_the_bounds_of_a_message(chat: Chat, ann: Person, content: object) -> None:
    one = chat.join(ann)
    conversation, seq, _ = said(one, "helo")

    one.send("edit", conversation=conversation, seq=seq, content=content)

    answer = one.get("error")
    assert answer["code"] == "invalid"
    assert [*answer["errors"]] == ["content"]


@pytest.mark.rule(70)
def test_a_retry_of_a_message_that_was_changed_since_is_still_a_repeat(
    chat: Chat, ann: Person
) -> None:
    one = chat.join(ann)
    conversation, seq, id = said(one, "helo")
    one.send("edit", conversation=conversation, seq=seq, content="hello")
    one.get("edit")

    one.say("helo", id=id)

    ack = one.get("ack")
    assert (ack["seq"], ack["dup"]) == (seq, True)


def test_over_http_it_is_a_patch_and_a_delete(chat: Chat, ann: Person, ben: Person) -> None:
    one, other = chat.join(ann), chat.join(ben)
    conversation, seq, _ = said(one, "helo", f"u:{ben.id}")
    path = f"/conversations/{conversation}/messages/{seq}"

    def ask(method: str, by: Person, **options: Any) -> Any:
        return chat.site.ask(method, path, by=by, **options)

    answer = ask("PATCH", ann, json={"content": "hello"})
    assert answer.json()["data"]["rev"] == 1
    assert other.get("edit")["content"] == "hello"
    assert ask("PATCH", ben, json={"content": "no"}).status_code == 403
    assert ask("DELETE", ben).status_code == 403
    assert codes(ask("PATCH", ann, json={"content": ""})).keys() == {"content"}

    assert ask("DELETE", ann).status_code == 204
    assert other.get("recall")["rev"] == 2
    assert ask("DELETE", ann).status_code == 204
    gone = ask("PATCH", ann, json={"content": "again"})
    assert (gone.status_code, gone.json()["code"]) == (410, "message.recalled")


def test_another_process_is_heard_by_the_signal(chat: Chat, ann: Person, ben: Person) -> None:
    one, other = chat.join(ann), chat.join(ben)
    conversation, seq, _ = said(one, "helo", f"u:{ben.id}")

    chat.site.run(elsewhere, chat, int(conversation.removeprefix("c:")), seq)

    assert other.get("edit")["content"] == "from elsewhere"


async def elsewhere(chat: Chat, conversation: int, seq: int) -> None:
    """Does what an action on another node does, without a hub at hand."""
    services = chat.site.services
    async with services.database.transaction():
        await services.changes.edit(conversation, seq, "from elsewhere")
        await services.signals.tell("message.amended", f"{conversation}:{seq}")

"""What is said, stored, acked and delivered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.models import Conversation, Member
from tests.site import Person
from tests.ws.conftest import Chat


def test_a_message_is_acked_and_reaches_everybody_the_sender_too(
    chat: Chat, ann: Person, ben: Person
) -> None:
    one, two = chat.join(ann), chat.join(ben)

    id = one.say("hello")
    ack = one.get("ack")
    told = [one.get("message"), two.get("message")]

    at = "2026-01-01T00:00:00.000Z"
    assert ack == {"type": "ack", "id": id, "conversation": "c:1", "seq": 1, "at": at}
    assert (
        told
        == [
            {
                "type": "message",
                "sender": f"u:{ann.id}",
                "recipient": "",
                "content": "hello",
                "conversation": "c:1",
                "seq": 1,
                "id": id,
                "at": at,
            }
        ]
        * 2
    )


@pytest.mark.rule(113)
def test_what_is_acked_is_in_the_database(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)

    id = peer.say("hello")
    peer.get("ack")

    rows = chat.site.run(chat.site.services.database.fetch, "SELECT ref, seq FROM messages")
    assert rows == [{"ref": id, "seq": 1}]


@pytest.mark.rule(70)
def test_the_same_id_again_is_the_first_ack_as_a_dup(chat: Chat, ann: Person, ben: Person) -> None:
    one, two = chat.join(ann), chat.join(ben)
    id = one.say("hello")
    first = one.get("ack")
    two.get("message")

    one.say("hello", id=id)

    assert one.get("ack") == {**first, "dup": True}
    assert not two.quiet()


@pytest.mark.rule(70)
def test_the_same_id_with_other_content_is_refused(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)
    id = peer.say("hello")
    peer.get("ack")

    peer.say("bye", id=id)
    error = peer.get("error")

    assert (error["code"], error["ref"]) == ("message.id_reused", id)
    assert "retry_after" not in error


def test_messages_of_one_client_keep_its_order(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)

    ids = [peer.say(f"line {n}") for n in range(30)]
    acks = {(ack := peer.get("ack"))["id"]: ack["seq"] for _ in ids}

    assert [acks[id] for id in ids] == list(range(1, 31))


@pytest.mark.rule(69)
def test_a_sender_is_set_by_the_server(chat: Chat, ann: Person, ben: Person) -> None:
    peer = chat.join(ann)

    peer.say("hello", sender=f"u:{ben.id}", seq=99, conversation="c:1", at="1999")
    told = peer.get("message")

    assert (told["sender"], told["seq"]) == (f"u:{ann.id}", 1)


def test_a_frame_without_a_type_or_an_id_is_a_message(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)

    peer.session.send_json({"content": "hello"})
    told = peer.get("message")

    assert told["content"] == "hello"
    assert len(told["id"]) == 36


def test_writing_to_a_person_makes_a_conversation_for_both(
    chat: Chat, ann: Person, ben: Person, eve: Person
) -> None:
    one, two, stranger = chat.join(ann), chat.join(ben), chat.join(eve)

    one.say("psst", recipient=f"u:{ben.id}")
    told = two.get("message")
    two.say("yes?", recipient=f"u:{ann.id}")
    two.say("here", recipient=told["conversation"])

    assert (told["recipient"], told["seq"]) == (told["conversation"], 1)
    frames = [one.get("message") for _ in range(3)]
    assert [(f["content"], f["conversation"]) for f in frames] == [
        (text, told["conversation"]) for text in ("psst", "yes?", "here")
    ]
    assert not stranger.quiet()


def test_a_welcome_names_who_is_at_the_other_end(chat: Chat, ann: Person, ben: Person) -> None:
    one, laptop = chat.join(ann), chat.join(ann)
    one.say("psst", recipient=f"u:{ben.id}")
    conversation = one.get("ack")["conversation"]
    laptop.get("message")  # wherever it is, it is known

    for person, other in ((ann, ben), (ben, ann)):
        places = chat.open(person).hello()["conversations"]
        assert places == [
            {"id": "c:1", "seq": 0},
            {"id": conversation, "seq": 1, "read": 0, "peer": f"u:{other.id}"},
        ]


def test_many_who_write_to_each_other_at_once_share_one_conversation(
    chat: Chat, ann: Person, ben: Person
) -> None:
    def post(number: int) -> str:
        by, to = (ann, ben) if number % 2 else (ben, ann)
        answer = chat.site.ask(
            "POST", f"/conversations/u:{to.id}/messages", by=by, json={"content": "hi"}
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["data"]["conversation"])

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(post, range(16)))

    async def counts() -> tuple[int, int]:
        return await Conversation.filter(kind="direct").count(), await Member.all().count()

    assert len(found) == 1
    assert chat.site.run(counts) == (1, 2)


@pytest.mark.rule(69)
@pytest.mark.rule(31)
def test_outsiders_are_told_nothing_of_a_direct_conversation(
    chat: Chat, ann: Person, ben: Person, eve: Person
) -> None:
    one, stranger = chat.join(ann), chat.join(eve)
    one.say("psst", recipient=f"u:{ben.id}")
    conversation = one.get("ack")["conversation"]

    for frame in (
        {"type": "message", "id": "x", "recipient": conversation, "content": "let me in"},
        {"type": "sync", "id": "x", "conversation": conversation, "after": 0},
        {"type": "subscribe", "id": "x", "conversation": conversation, "after": 0},
        {"type": "read", "id": "x", "conversation": conversation, "seq": 1},
        {"type": "message", "id": "x", "recipient": "c:999", "content": "x"},
        {"type": "message", "id": "x", "recipient": "u:999", "content": "x"},
        {"type": "sync", "id": "x", "conversation": "u:1", "after": 0},
    ):
        stranger.session.send_json(frame)
        error = stranger.get("error")
        assert (error["code"], error["ref"]) == ("not_found", "x"), frame
    path = f"/conversations/{conversation}/messages"
    assert chat.site.ask("GET", path, by=eve).status_code == 404
    assert chat.site.ask("POST", path, by=eve, json={"content": "x"}).status_code == 404


def test_whoever_is_muted_reads_and_does_not_speak(chat: Chat, ann: Person, ben: Person) -> None:
    one = chat.join(ann)
    one.say("psst", recipient=f"u:{ben.id}")
    one.get("ack")
    until = chat.site.clock.now() + timedelta(minutes=1)

    async def mute() -> None:
        async with chat.site.services.members.changing(int(ann.id)):
            await Member.filter(user_id=int(ann.id)).update(muted_until=until)

    chat.site.run(mute)
    one.say("again", recipient=f"u:{ben.id}")
    assert one.get("error")["code"] == "member.muted"

    chat.site.clock.advance(60)
    one.say("again", recipient=f"u:{ben.id}")
    assert one.get("ack")["seq"] == 2


@pytest.mark.rule(70)
@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"content": ""}, {"content": ["blank"]}),
        ({"content": 5}, {"content": ["type"]}),
        ({"content": "a\0b"}, {"content": ["characters"]}),
        ({"content": "é" * 8193}, {"content": ["too_many_bytes"]}),
        ({"content": "x", "id": "x" * 65}, {"id": ["too_long"]}),
        ({"content": "x", "id": 5}, {"id": ["type"]}),
        ({"content": "x", "recipient": "everybody"}, {"recipient": ["id"]}),
        ({"content": "x", "recipient": "c:0"}, {"recipient": ["id"]}),
        ({"content": "x", "recipient": "c:9223372036854775808"}, {"recipient": ["id"]}),
        ({"content": "x", "content_type": "html"}, {"content_type": ["choice"]}),
        ({"content": "x", "reply_to": -1}, {"reply_to": ["too_small"]}),
    ],
)
def test_a_bad_field_is_named_and_the_socket_lives(
    chat: Chat, ann: Person, fields: dict[str, object], errors: dict[str, list[str]]
) -> None:
    peer = chat.join(ann)

    peer.send("message", **fields)
    error = peer.get("error")

    assert (error["code"], error["errors"]) == ("invalid", errors)
    peer.say("x" * 16_384)
    assert peer.get("ack")["seq"] == 1


def test_http_and_socket_are_one_door(chat: Chat, ann: Person, ben: Person) -> None:
    peer = chat.join(ben)
    path = "/conversations/1/messages"

    made = chat.site.ask("POST", path, by=ann, json={"id": "a-1", "content": "over http"})
    told = peer.get("message")
    again = chat.site.ask("POST", path, by=ann, json={"id": "a-1", "content": "over http"})
    other = chat.site.ask("POST", path, by=ann, json={"id": "a-1", "content": "changed"})

    assert (made.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert made.json()["data"] == again.json()["data"] == told
    assert other.json()["code"] == "message.id_reused"
    assert chat.site.ask("GET", path, by=ben).json()["data"] == [told]


def test_pages_of_a_log_go_both_ways(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)
    for number in range(12):
        peer.say(str(number))
        peer.get("ack")

    def page(**query: int) -> tuple[list[int], bool]:
        answer = chat.site.ask("GET", "/conversations/c:1/messages", by=ann, params=query).json()
        return [each["seq"] for each in answer["data"]], answer["pager"]["has_more"]

    assert page(limit=5) == ([8, 9, 10, 11, 12], True)
    assert page(limit=5, before=8) == ([3, 4, 5, 6, 7], True)
    assert page(limit=5, before=3) == ([1, 2], False)
    assert page(limit=5, after=0) == ([1, 2, 3, 4, 5], True)
    assert page(limit=5, after=9) == ([10, 11, 12], False)
    assert page(limit=4, around=6) == ([4, 5, 6, 7], True)
    assert page(limit=50) == (list(range(1, 13)), False)

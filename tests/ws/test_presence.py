"""Who is here and who types: told to those who may know, and to nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pkg.hub import MAX_WATCHED
from pkg.hub.company.presence import LINGER_SECONDS
from pkg.hub.company.typists import EXPIRE_SECONDS
from tests.site import Person
from tests.ws.conftest import ONE_NODE, Chat, Peer


def talk(peer: Peer, other: Person) -> str:
    """Begins the direct talk with *other* and answers its address."""
    peer.say("hello", f"u:{other.id}")
    return str(peer.get("ack")["conversation"])


def test_whoever_is_watched_is_told_to_come_and_to_go(chat: Chat, ann: Person, ben: Person) -> None:
    peer = chat.join(ann)
    talk(peer, ben)
    peer.send("watch", users=[f"u:{ben.id}"])
    assert peer.get("presence")["users"] == {f"u:{ben.id}": "offline"}

    other = chat.join(ben)
    assert peer.get("presence")["users"] == {f"u:{ben.id}": "online"}

    other.leave()
    chat.later(LINGER_SECONDS)
    assert peer.get("presence")["users"] == {f"u:{ben.id}": "offline"}


@ONE_NODE
def test_a_page_that_is_loaded_again_is_no_leave(chat: Chat, ann: Person, ben: Person) -> None:
    peer, other = chat.join(ann), chat.join(ben)
    talk(peer, ben)
    chat.call(chat.site.services.company.tick)
    peer.send("watch", users=[f"u:{ben.id}"])
    assert peer.get("presence")["users"] == {f"u:{ben.id}": "online"}

    other.leave()
    chat.later(LINGER_SECONDS - 1)
    chat.call(chat.site.services.company.tick)
    chat.join(ben)
    chat.later(2 * LINGER_SECONDS)
    chat.call(chat.site.services.company.tick)

    assert [frame["type"] for frame in peer.quiet()] == ["message"]


@pytest.mark.rule(69)
def test_whoever_shares_only_the_lobby_reads_as_offline(
    chat: Chat, ann: Person, ben: Person, eve: Person
) -> None:
    peer, other = chat.join(eve), chat.join(ann)
    talk(other, ben)
    chat.join(ben)
    strangers = [f"u:{ann.id}", f"u:{ben.id}", "u:999", "c:1", "nobody", ""]

    peer.send("watch", users=strangers)
    assert peer.get("presence")["users"] == dict.fromkeys(strangers, "offline")

    other.leave()
    chat.later(LINGER_SECONDS)
    chat.call(chat.site.services.company.tick)
    assert peer.quiet() == []


def test_oneself_is_online_and_a_second_list_replaces_the_first(
    chat: Chat, ann: Person, ben: Person
) -> None:
    peer = chat.join(ann)
    talk(peer, ben)
    chat.call(chat.site.services.company.tick)
    peer.send("watch", users=[f"u:{ben.id}"])
    peer.send("watch", users=[f"u:{ann.id}"])
    peer.get("presence")
    assert peer.get("presence")["users"] == {f"u:{ann.id}": "online"}

    chat.join(ben)
    chat.call(chat.site.services.company.tick)

    assert [frame["type"] for frame in peer.quiet()] == ["message"]


@pytest.mark.rule(70)
def test_a_list_that_is_too_long_or_no_list_is_refused(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)

    for users in (["u:2"] * (MAX_WATCHED + 1), "u:2", None, [2], {"u:2": 1}, ["u" * 65]):
        peer.send("watch", users=users)
        assert peer.get("error")["code"] == "frame.malformed"


@pytest.mark.rule(75)
def test_nothing_is_left_of_a_socket_that_was_cut(chat: Chat, ann: Person, ben: Person) -> None:
    peer = chat.join(ann)
    conversation = talk(peer, ben)
    peer.send("watch", users=[f"u:{ben.id}"])
    peer.send("typing", conversation=conversation)
    peer.quiet()
    company = chat.site.services.company
    assert (len(company.presence), len(company.watchers), len(company.typists)) == (1, 1, 1)

    peer.leave()
    chat.later(60)
    chat.call(company.tick)

    assert (len(company.presence), len(company.watchers), len(company.typists)) == (0, 0, 0)


def test_over_http_the_same_is_answered(chat: Chat, ann: Person, ben: Person, eve: Person) -> None:
    peer = chat.join(ann)
    talk(peer, ben)
    path = f"/presence?users=u:{ann.id},{ben.id},{eve.id}"

    for by, here in ((ben, "online"), (eve, "offline")):
        users = chat.site.ask("GET", path, by=by).json()["data"]["users"]
        assert users[f"u:{ann.id}"] == here
        assert len(users) == 3
    for bad in ("", "u:2,", "c:1", ",".join(["1"] * (MAX_WATCHED + 1))):
        assert chat.site.ask("GET", f"/presence?users={bad}", by=ben).status_code == 422


def test_the_others_are_told_who_types_and_that_it_ends(
    chat: Chat, ann: Person, ben: Person
) -> None:
    one, other = chat.join(ann), chat.join(ben)
    conversation = talk(one, ben)
    message = other.get("message")
    frame = {"type": "typing", "conversation": conversation, "user": f"u:{ann.id}"}

    one.send("typing", conversation=conversation, on=True)
    assert other.get("typing") == frame | {"on": True}
    one.send("typing", conversation=conversation, on=False)
    assert other.get("typing") == frame | {"on": False}

    chat.later(EXPIRE_SECONDS)
    one.send("typing", conversation=conversation, on=True)
    assert other.get("typing")["on"]
    chat.later(EXPIRE_SECONDS)
    assert not other.get("typing")["on"]
    assert (one.quiet(), other.quiet()) == ([message], [])


@pytest.mark.parametrize("way", ["socket", "http", "leave"])
def test_whoever_posts_or_leaves_types_no_more(
    chat: Chat, ann: Person, ben: Person, way: str
) -> None:
    one, other = chat.join(ann), chat.join(ben)
    conversation = talk(one, ben)
    other.get("message")
    one.send("typing", conversation=conversation)
    assert other.get("typing")["on"]

    if way == "socket":
        one.say("done", conversation)
    elif way == "http":
        path = f"/conversations/{conversation}/messages"
        chat.site.ask("POST", path, json={"content": "done"}, by=ann)
    else:
        one.leave()

    assert not other.get("typing")["on"]


def test_typing_is_told_no_more_often_than_every_3_s(chat: Chat, ann: Person, ben: Person) -> None:
    one, other = chat.join(ann), chat.join(ben)
    conversation = talk(one, ben)
    other.get("message")

    for _ in range(10):
        one.send("typing", conversation=conversation)
    one.say("done", conversation)
    other.get("message")

    assert [other.get("typing")["on"] for _ in range(2)] == [True, False]
    assert other.quiet() == []


@pytest.mark.rule(69)
def test_an_outsider_and_a_muted_one_tell_nobody_that_they_type(
    chat: Chat, ann: Person, ben: Person, eve: Person
) -> None:
    one, other, outsider = chat.join(ann), chat.join(ben), chat.join(eve)
    conversation = talk(one, ben)

    outsider.send("typing", conversation=conversation)
    assert outsider.get("error")["code"] == "not_found"

    chat.site.run(mute, chat, ben)
    other.send("typing", conversation=conversation)
    assert other.get("error")["code"] == "member.muted"
    assert one.quiet() == [other.get("message")]


async def mute(chat: Chat, person: Person) -> None:
    services = chat.site.services
    until = services.clock.now() + timedelta(hours=1)
    async with services.members.changing(int(person.id)):
        await services.database.execute(
            "UPDATE members SET muted_until = ? WHERE user_id = ?", (until, int(person.id))
        )


def test_a_plain_client_is_told_nothing_of_it(chat: Chat, ann: Person, ben: Person) -> None:
    one, plain = chat.join(ann), chat.open(ben, plain=True)
    conversation = talk(one, ben)
    assert plain.session.receive_json()["content"] == "hello"

    one.send("typing", conversation=conversation)
    one.say("next", conversation)

    assert plain.session.receive_json()["content"] == "next"

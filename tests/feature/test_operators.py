"""What an operator does at one console happens on every node."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from app.actions.admin.find_account import find_account
from app.actions.admin.kick import Kicked, kick, sign_out
from app.actions.chat.say import say
from app.errors import NotFound
from app.models import NodeAnswer, User
from pkg.hub import ConversationGone
from tests.site import Person, Site, running, settings

SOON = 1.0  # seconds in which it has to happen


@pytest.fixture
def nodes(stores: dict[str, str], tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    """Two applications on one database, each with a loop of its own."""
    configured = settings(tmp_path, **stores)
    with ExitStack() as stack:
        one = stack.enter_context(running(configured))
        yield one, stack.enter_context(running(configured))


Join = Callable[[Site, Person], WebSocketTestSession]


@pytest.fixture
def join() -> Iterator[Join]:
    """Opens sockets that have been welcomed."""
    with ExitStack() as stack:

        def opened(site: Site, person: Person) -> WebSocketTestSession:
            session = stack.enter_context(
                site.client.websocket_connect("/ws", ["chat.v1"], headers=person.bearer)
            )
            session.send_json({"type": "hello", "v": 1})
            assert session.receive_json()["type"] == "welcome"
            return session

        yield opened


def ended(session: WebSocketTestSession) -> tuple[int, str]:
    try:
        while True:
            session.receive_json()
    except WebSocketDisconnect as end:
        return end.code, end.reason or ""


def message(session: WebSocketTestSession) -> dict[str, Any]:
    while (frame := session.receive_json())["type"] != "message":
        continue
    found: dict[str, Any] = frame
    return found


async def answers() -> int:
    return await NodeAnswer.all().count()


def test_a_kick_closes_every_socket_of_the_user_and_no_other(
    nodes: tuple[Site, Site], join: Join
) -> None:
    one, other = nodes
    ann, ben = one.sign_up(), one.sign_up()
    anns, bens = [join(one, ann), join(other, ann)], join(other, ben)

    done = one.run(kick, one.services, user_id=int(ann.id))

    assert done == Kicked(nodes=2, sockets=2)
    assert [ended(session) for session in anns] == [(4403, "kicked")] * 2
    bens.send_json({"type": "ping"})
    assert bens.receive_json()["type"] == "pong"


def test_who_was_kicked_may_come_back_and_who_was_signed_out_may_not(
    nodes: tuple[Site, Site], join: Join
) -> None:
    one, other = nodes
    ann = one.sign_up()
    session = join(other, ann)
    one.run(kick, one.services, user_id=int(ann.id))
    ended(session)
    session = join(other, ann)

    assert one.run(sign_out, one.services, user_id=int(ann.id)) == 1

    assert ended(session)[0] == 4403
    assert other.ask("GET", "/users/me", by=ann).status_code == 401


def test_one_session_may_be_meant(nodes: tuple[Site, Site], join: Join) -> None:
    one, other = nodes
    ann = one.sign_up()
    form = {"login": ann.name, "password": "correct horse battery"}
    tokens = other.ask("POST", "/auth/login/password", json=form).json()["data"]
    again = Person(ann.id, ann.mobile, ann.name, tokens)
    kept, session = join(one, ann), join(other, again)
    meant = int(tokens["session_id"])

    done = one.run(kick, one.services, user_id=int(ann.id), session_id=meant)

    assert done == Kicked(nodes=2, sockets=1)
    assert ended(session) == (4403, "kicked")
    kept.send_json({"type": "ping"})
    assert kept.receive_json()["type"] == "pong"


def test_a_session_of_somebody_else_is_not_touched(nodes: tuple[Site, Site]) -> None:
    one, _ = nodes
    ann, ben = one.sign_up(), one.sign_up()
    bens = int(ben.tokens["session_id"])

    for work in (kick, sign_out):
        with pytest.raises(NotFound):
            one.run(work, one.services, user_id=int(ann.id), session_id=bens)

    assert one.ask("GET", "/users/me", by=ben).status_code == 200


def test_of_a_question_nothing_is_left(nodes: tuple[Site, Site]) -> None:
    one, _ = nodes
    one.run(kick, one.services, user_id=1)

    assert one.run(answers) == 0


def test_what_the_system_says_is_stored_and_heard_on_the_node_that_did_not_write_it(
    nodes: tuple[Site, Site], join: Join
) -> None:
    one, other = nodes
    ann = one.sign_up()
    session = join(other, ann)

    ack = one.run(say, one.services, recipient="c:1", content="Back in 5 minutes", sender_id=None)
    began = time.monotonic()
    heard = message(session)

    assert time.monotonic() - began < SOON
    assert (heard["sender"], heard["content"]) == ("system", "Back in 5 minutes")
    assert (heard["seq"], heard["id"]) == (ack.message.seq, ack.message.id)
    log = other.ask("GET", "/conversations/c:1/messages", by=ann).json()["data"]
    assert [each["sender"] for each in log] == ["system"]


def test_several_that_were_said_in_a_run_come_whole_and_in_order(
    nodes: tuple[Site, Site], join: Join
) -> None:
    one, other = nodes
    ann = one.sign_up()
    session = join(other, ann)

    for number in range(5):
        one.run(say, one.services, recipient="c:1", content=f"{number}", sender_id=None)

    assert [message(session)["content"] for _ in range(5)] == list("01234")


def test_a_user_speaks_as_themselves_and_only_where_they_may(
    nodes: tuple[Site, Site], join: Join
) -> None:
    one, other = nodes
    ann, ben, eve = one.sign_up(), one.sign_up(), one.sign_up()
    session = join(other, ben)
    spoken = {"recipient": f"u:{ben.id}", "content": "psst"}

    ack = one.run(say, one.services, sender_id=int(ann.id), **spoken)

    heard = message(session)
    assert (heard["sender"], heard["content"]) == (f"u:{ann.id}", "psst")
    with pytest.raises(NotFound):
        one.run(
            say,
            one.services,
            recipient=ack.message.conversation,
            content="me too",
            sender_id=int(eve.id),
        )


@pytest.mark.parametrize("recipient", ["u:1", "nowhere", ""])
def test_the_system_talks_to_conversations_only(nodes: tuple[Site, Site], recipient: str) -> None:
    one, _ = nodes

    with pytest.raises(NotFound):
        one.run(say, one.services, recipient=recipient, content="hello", sender_id=None)


def test_what_is_not_there_cannot_be_talked_to(nodes: tuple[Site, Site]) -> None:
    one, _ = nodes

    with pytest.raises(ConversationGone):
        one.run(say, one.services, recipient="c:999", content="hello", sender_id=None)


def test_an_account_is_found_by_whatever_it_signs_in_by(nodes: tuple[Site, Site]) -> None:
    one, _ = nodes
    ann = one.sign_up("ann@example.com", "Ann Smith")
    ben = one.sign_up("+8613812345678", "ben")

    def found(whom: str) -> str:
        user: User = one.run(find_account, one.services, whom)
        return str(user.id)

    assert {found(each) for each in (ann.id, f"u:{ann.id}", "ann smith", "ANN@example.com")} == {
        ann.id
    }
    assert {found(each) for each in ("ben", "+8613812345678", "138 1234 5678")} == {ben.id}
    for nobody in ("999", "u:999", "c:1", "nobody", "no@example.com", "13812345679"):
        with pytest.raises(NotFound):
            found(nobody)

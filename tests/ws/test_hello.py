"""Coming in: which page, whose proof, and where one goes on from."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from app.models import Session
from tests.site import PASSWORD, Person
from tests.ws.conftest import Chat

HOME = "http://testserver"


@pytest.fixture
def environ() -> dict[str, str]:
    return {"HUB_ORIGINS": "https://friends.example.com"}


def cookies(chat: Chat, person: Person) -> dict[str, str]:
    """Answers the headers of a browser in which *person* signed in."""
    form = {"login": person.name, "password": PASSWORD}
    answer = chat.site.ask(
        "POST", "/auth/login/password", json=form, headers={"X-Auth-Mode": "cookie", "Origin": HOME}
    )
    assert answer.status_code == 200, answer.text
    chat.site.client.cookies.clear()
    return {"Cookie": "; ".join(f"{k}={v}" for k, v in answer.cookies.items())}


def ticket(chat: Chat, person: Person, origin: str = "") -> str:
    headers = {"Origin": origin} if origin else {}
    answer = chat.site.ask("POST", "/ws-ticket", by=person, headers=headers)
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert data["url"] == f"ws://testserver/ws?ticket={data['ticket']}"
    return str(data["ticket"])


def refused(chat: Chat, **options: Any) -> tuple[int, str]:
    """Answers status and code of a handshake that is refused before it is accepted."""
    with pytest.raises(WebSocketDenialResponse) as caught:
        chat.open(**options)
    return caught.value.status_code, caught.value.json()["code"]


def test_a_welcome_tells_who_and_where_one_is(chat: Chat, ann: Person) -> None:
    welcome = chat.open(ann).hello(device="phone")

    session, node = welcome.pop("session"), welcome.pop("node")
    assert welcome == {
        "type": "welcome",
        "v": 1,
        "user": f"u:{ann.id}",
        "epoch": chat.site.services.hub.epoch,
        "ping": 25,
        "max_size": 65_536,
        "conversations": [{"id": "c:1", "seq": 0}],
    }
    assert session == ann.tokens["session_id"]
    assert node == chat.site.services.hub.node


def test_the_subprotocol_is_told_back(chat: Chat, ann: Person) -> None:
    assert chat.open(ann).session.accepted_subprotocol == "chat.v1"
    assert chat.open(ann, plain=True).session.accepted_subprotocol is None


def test_a_first_hello_with_a_token_is_proof(chat: Chat, ann: Person) -> None:
    peer = chat.open()

    assert peer.hello(token=ann.tokens["access_token"])["user"] == f"u:{ann.id}"
    peer.say("hello")
    assert peer.get("ack")["seq"] == 1


def test_who_has_proved_it_before_may_go_without_a_hello(chat: Chat, ann: Person) -> None:
    peer = chat.open(ann)

    peer.say("hello")

    assert peer.get("ack")["seq"] == 1
    assert peer.get("welcome")["user"] == f"u:{ann.id}"


@pytest.mark.rule(74)
def test_without_a_proof_nothing_is_served(chat: Chat, ann: Person) -> None:
    for first in (
        {"type": "hello"},
        {"type": "hello", "token": "forged"},
        {"type": "message", "content": "hello"},
        {"type": "ping"},
    ):
        peer = chat.open()
        peer.session.send_json(first)
        assert peer.closed()[0] == 4401, first


@pytest.mark.rule(74)
def test_who_says_nothing_for_five_seconds_is_closed(chat: Chat, ann: Person) -> None:
    silent, known = chat.open(), chat.open(ann)

    chat.later(5)

    assert silent.closed() == (4401, "hello.late")
    known.hello()


@pytest.mark.rule(66)
@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example.com",
        "null",
        "",
        "http://testserver.evil.example.com",
        "https://testserver",
        "http://testserver:81",
        "http://testserver@evil.example.com",
        "https://friends.example.com.evil.net",
    ],
)
def test_a_foreign_page_is_refused_before_the_accept(chat: Chat, ann: Person, origin: str) -> None:
    assert refused(chat, by=ann, headers={"Origin": origin}) == (403, "origin.refused")


@pytest.mark.rule(66)
@pytest.mark.parametrize("origin", [HOME, "HTTP://TestServer", "https://friends.example.com"])
def test_our_pages_and_those_named_are_let_in(chat: Chat, ann: Person, origin: str) -> None:
    chat.open(ann, headers={"Origin": origin}).hello()


@pytest.mark.rule(66)
def test_another_of_our_names_is_its_own_pages_origin(chat: Chat, ann: Person) -> None:
    chat.open(ann, headers={"Host": "10.0.0.7", "Origin": "http://10.0.0.7"}).hello()


@pytest.mark.rule(66)
@pytest.mark.rule(67)
def test_a_cookie_is_proof_only_with_our_origin(chat: Chat, ann: Person) -> None:
    browser = cookies(chat, ann)

    assert chat.open(headers={**browser, "Origin": HOME}).hello()["user"] == f"u:{ann.id}"
    assert refused(chat, headers=browser) == (403, "origin.refused")
    assert refused(chat, headers={**browser, "Origin": "http://evil.net"})[0] == 403


def test_a_bad_token_in_the_header_closes_even_where_a_cookie_would_do(
    chat: Chat, ann: Person
) -> None:
    headers = {**cookies(chat, ann), "Origin": HOME, "Authorization": "Bearer forged"}

    assert chat.open(headers=headers).closed() == (4401, "token.invalid")


@pytest.mark.rule(67)
def test_a_ticket_opens_one_socket_once(chat: Chat, ann: Person) -> None:
    path = f"/ws?ticket={ticket(chat, ann)}"

    assert chat.open(path=path).hello()["user"] == f"u:{ann.id}"
    assert chat.open(path=path).closed() == (4401, "ticket.refused")


@pytest.mark.rule(67)
def test_a_ticket_is_bound_to_its_origin_and_its_time(chat: Chat, ann: Person) -> None:
    at_home = f"/ws?ticket={ticket(chat, ann, HOME)}"
    late = f"/ws?ticket={ticket(chat, ann)}"

    assert chat.open(path=at_home).closed() == (4401, "ticket.refused")
    chat.site.clock.advance(30)
    assert chat.open(path=late).closed() == (4401, "ticket.refused")
    fresh = f"/ws?ticket={ticket(chat, ann, HOME)}"
    chat.open(path=fresh, headers={"Origin": HOME}).hello()


@pytest.mark.rule(67)
@pytest.mark.rule(1)
def test_of_many_who_show_one_ticket_one_comes_in(chat: Chat, ann: Person) -> None:
    path = f"/ws?ticket={ticket(chat, ann)}"

    def attempt(_: int) -> bool:
        try:
            chat.open(path=path).hello()
        except WebSocketDisconnect:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(20))) == [False] * 19 + [True]


@pytest.mark.rule(68)
def test_a_ticket_of_a_session_that_ended_opens_nothing(chat: Chat, ann: Person) -> None:
    path = f"/ws?ticket={ticket(chat, ann)}"

    assert chat.site.ask("POST", "/auth/logout", by=ann, json={}).status_code == 204

    assert chat.open(path=path).closed() == (4403, "token.revoked")


@pytest.mark.rule(68)
def test_a_token_that_ended_says_so(chat: Chat, ann: Person) -> None:
    chat.site.clock.advance(901)

    assert chat.open(ann).closed() == (4403, "token.expired")


@pytest.mark.rule(68)
def test_a_session_that_ends_while_its_socket_opens_gets_no_welcome(
    chat: Chat, ann: Person
) -> None:
    peer = chat.open(ann)

    async def end() -> None:  # as another node does whose word has not come yet
        await Session.filter(id=int(ann.tokens["session_id"])).update(
            revoked_at=chat.site.clock.now()
        )

    chat.site.run(end)
    peer.send("hello")

    assert peer.closed() == (4403, "token.revoked")


def test_a_second_hello_is_refused(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann)

    peer.send("hello", id="h")

    error = peer.get("error")
    assert (error["code"], error["ref"]) == ("frame.unknown", "h")


@pytest.mark.rule(77)
def test_who_comes_back_gets_what_it_missed_in_order(chat: Chat, ann: Person, ben: Person) -> None:
    one = chat.join(ann)
    for number in range(5):
        one.say(str(number))
        one.get("ack")

    two = chat.join(ben, resume={"c:1": 2, "c:99": 7, "u:1": 3, "x": 1})
    one.say("last")

    assert [two.get("message")["seq"] for _ in range(4)] == [3, 4, 5, 6]
    assert not two.quiet()


@pytest.mark.rule(77)
def test_who_knew_a_longer_log_is_told_of_a_gap(chat: Chat, ann: Person) -> None:
    peer = chat.join(ann, resume={"c:1": 91})

    assert peer.get("gap") == {
        "type": "gap",
        "conversation": "c:1",
        "have": 91,
        "first": 1,
        "top": 0,
        "epoch": chat.site.services.hub.epoch,
    }
    peer.say("hello")
    assert peer.get("message")["seq"] == 1


@pytest.mark.rule(77)
def test_who_knew_another_epoch_is_told_of_a_gap_and_goes_on_from_the_top(
    chat: Chat, ann: Person
) -> None:
    one = chat.join(ann)
    for number in range(3):
        one.say(str(number))
        one.get("ack")

    two = chat.join(ann, resume={"c:1": 1}, epoch="another")
    gap = two.get("gap")
    one.say("next")

    assert (gap["have"], gap["first"], gap["top"]) == (1, 4, 3)
    assert two.get("message")["seq"] == 4


@pytest.mark.rule(68)
def test_a_newer_token_keeps_the_socket_open(chat: Chat, ann: Person) -> None:
    stays, goes = chat.join(ann), chat.join(ann)
    chat.later(850)
    assert (stays.get("expiring")["in"], goes.get("expiring")["in"]) == (50, 50)
    form = {"refresh_token": ann.tokens["refresh_token"]}
    fresh = chat.site.ask("POST", "/auth/refresh", json=form).json()["data"]["access_token"]

    stays.send("auth", token=fresh)
    assert stays.get("authed") == {"type": "authed", "expires_at": "2026-01-01T00:29:10.000Z"}
    chat.later(50)

    assert goes.closed() == (4403, "token.expired")
    assert not stays.quiet()


def test_a_token_of_another_session_is_no_renewal(chat: Chat, ann: Person, ben: Person) -> None:
    peer = chat.join(ann)

    for token, code in ((ben.tokens["access_token"], "forbidden"), ("forged", "token.invalid")):
        peer.send("auth", id="a", token=token)
        error = peer.get("error")
        assert (error["code"], error["ref"]) == (code, "a")
    peer.say("still here")
    assert peer.get("ack")["seq"] == 1

"""Somebody shut out at one console has no way in on any node, and nothing left open."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from app.actions.admin.ban import ban, unban
from app.actions.auth.log_in_by_password import Credentials, log_in_by_password
from app.errors import Forbidden, LoginRefused
from app.models import AuditEvent, Session, User
from pkg.auth import AccountClosed
from pkg.session import Device
from pkg.testing import race
from tests.site import PASSWORD, Person, Site

SOON = 1.0  # seconds in which it has to happen
COOKIE = {"X-Auth-Mode": "cookie"}

pytestmark = pytest.mark.rule(39)


async def shut_out(site: Site, person: Person, reason: str = "") -> int:
    return await ban(site.services, await User.get(id=int(person.id)), reason=reason)


async def shut_out_for(site: Site, person: Person, seconds: int) -> int:
    user = await User.get(id=int(person.id))
    return await ban(site.services, user, until=site.clock.now() + timedelta(seconds=seconds))


async def let_in(site: Site, person: Person) -> bool:
    return await unban(site.services, await User.get(id=int(person.id)))


def seconds_until_refused(site: Site, person: Person) -> float:
    began = time.monotonic()
    while site.ask("GET", "/users/me", by=person).status_code != 401:
        assert time.monotonic() - began < 5, "it was never refused"
    return time.monotonic() - began


def ended(socket: WebSocketTestSession) -> tuple[int, str]:
    try:
        while True:
            socket.receive_json()
    except WebSocketDisconnect as end:
        return end.code, end.reason or ""


def log_in(site: Site, login: str) -> Any:
    form = {"login": login, "password": PASSWORD}
    return site.ask("POST", "/auth/login/password", json=form)


def test_tokens_refresh_tokens_and_sockets_end_on_both_nodes_within_a_second(
    nodes: tuple[Site, Site],
) -> None:
    ann = nodes[0].sign_up()
    for site in nodes:
        assert site.ask("GET", "/users/me", by=ann).status_code == 200  # each keeps her session
    with nodes[1].client.websocket_connect("/ws", ["chat.v1"], headers=ann.bearer) as socket:
        socket.send_json({"type": "hello", "v": 1})
        assert socket.receive_json()["type"] == "welcome"

        assert nodes[0].run(shut_out, nodes[0], ann) == 1
        began = time.monotonic()

        assert ended(socket) == (4503, "banned")
        assert time.monotonic() - began < SOON
    for site in nodes:
        assert seconds_until_refused(site, ann) < SOON
        shown = {"refresh_token": ann.tokens["refresh_token"]}
        assert site.ask("POST", "/auth/refresh", json=shown).status_code == 401
        with site.client.websocket_connect("/ws", ["chat.v1"], headers=ann.bearer) as late:
            assert ended(late)[0] == 4403


def test_a_cookie_and_a_ticket_end_with_the_account(site: Site) -> None:
    form = {**site.code("ann@example.com", "signup"), "name": "Ann", "password": PASSWORD}
    data = site.ask("POST", "/auth/signup/email", json=form, headers=COOKIE).json()["data"]
    csrf = {"X-CSRF-Token": data["csrf_token"]}
    ticket = site.ask("POST", "/ws-ticket", json={}, headers=csrf).json()["data"]["ticket"]

    site.run(shut_out, site, Person(data["user"]["id"], "", "Ann", {}))

    assert site.ask("GET", "/users/me").status_code == 401
    assert site.ask("POST", "/auth/refresh", json={}, headers=csrf).status_code == 401
    site.client.cookies.clear()
    with site.client.websocket_connect(f"/ws?ticket={ticket}", ["chat.v1"]) as socket:
        assert ended(socket)[0] == 4403


@pytest.mark.parametrize("way", ["name", "mobile", "mobile code", "email code"])
def test_no_way_of_signing_in_is_left(site: Site, way: str) -> None:
    target = "ann@example.com" if way == "email code" else "+8613800138000"
    ann = site.sign_up(target)
    site.run(shut_out, site, ann)
    site.clock.advance(60)  # until another code may be sent

    if way.endswith("code"):
        kind = way.partition(" ")[0]
        answer = site.ask("POST", f"/auth/login/{kind}", json=site.code(target, "login"))
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    else:
        answer = log_in(site, ann.name if way == "name" else target)
        assert (answer.status_code, answer.json()["code"]) == (401, "login.refused")
    assert site.run(living, ann) == 0


def test_a_new_password_does_not_open_a_closed_account(site: Site) -> None:
    ann = site.sign_up("+8613800138000")
    site.run(shut_out, site, ann)
    site.clock.advance(60)
    form = {**site.code(ann.mobile, "reset"), "password": "another horse battery"}

    site.ask("POST", "/auth/password-reset/mobile", json=form)
    form = {"login": ann.name, "password": "another horse battery"}

    assert site.ask("POST", "/auth/login/password", json=form).status_code == 401


def test_whoever_signs_in_while_they_are_banned_is_out_afterwards(site: Site) -> None:
    ann = site.sign_up()
    shown, here = Credentials(ann.name, PASSWORD), Device()

    async def come_or_go(number: int) -> object:
        if number == 3:
            return await shut_out(site, ann)
        return await log_in_by_password(site.services, shown, device=here, kind="token")

    outcomes = site.run(race, 6, come_or_go)

    assert isinstance(outcomes[3], int)
    closed = (LoginRefused, AccountClosed, Forbidden)
    failed = [each for each in outcomes if isinstance(each, BaseException)]
    assert all(isinstance(each, closed) for each in failed)
    assert site.run(living, ann) == 0


def test_who_is_banned_already_stays_so_since_the_same_moment(site: Site) -> None:
    ann = site.sign_up()
    site.run(shut_out, site, ann, "spam")
    since = site.run(disabled_at, ann)
    site.clock.advance(60)

    assert site.run(shut_out, site, ann) == 0

    assert site.run(disabled_at, ann) == since
    assert site.run(told, ann) == [("user.banned", {"reason": "spam"})]


def test_who_is_let_in_again_signs_in_anew(site: Site) -> None:
    ann, ben = site.sign_up(), site.sign_up()
    site.run(shut_out, site, ann)

    assert site.run(let_in, site, ann)
    assert not site.run(let_in, site, ben)

    assert site.ask("GET", "/users/me", by=ann).status_code == 401
    assert log_in(site, ann.name).status_code == 200
    assert [kind for kind, _ in site.run(told, ann)] == ["user.banned", "user.unbanned"]
    assert site.run(told, ben) == []


@pytest.mark.parametrize("way", ["name", "mobile code"])
def test_a_ban_ends_by_itself_at_its_moment(site: Site, way: str) -> None:
    ann, ben = site.sign_up("+8613800138000"), site.sign_up()
    site.run(shut_out_for, site, ann, 300)

    site.clock.advance(299)
    assert log_in(site, ann.name).status_code == 401
    assert site.ask("GET", f"/users/{ann.id}", by=ben).status_code == 404
    site.clock.advance(1)

    if way == "name":
        assert log_in(site, ann.name).status_code == 200
    else:
        form = site.code(ann.mobile, "login")
        assert site.ask("POST", "/auth/login/mobile", json=form).status_code == 200
    assert site.ask("GET", f"/users/{ann.id}", by=ben).status_code == 200
    shown = {"refresh_token": ann.tokens["refresh_token"]}
    assert site.ask("POST", "/auth/refresh", json=shown).status_code == 401  # what ended stays so


def test_of_two_bans_the_last_word_counts(site: Site) -> None:
    ann = site.sign_up()
    site.run(shut_out, site, ann)
    site.run(shut_out_for, site, ann, 60)
    site.run(shut_out_for, site, ann, 60)  # says nothing new

    site.clock.advance(60)
    assert log_in(site, ann.name).status_code == 200

    site.run(shut_out_for, site, ann, 60)
    site.run(shut_out, site, ann)
    site.clock.advance(61)
    assert log_in(site, ann.name).status_code == 401
    assert [kind for kind, _ in site.run(told, ann)] == ["user.banned"] * 4


def test_a_ban_that_has_ended_is_not_there_to_be_taken_back(site: Site) -> None:
    ann = site.sign_up()
    site.run(shut_out_for, site, ann, 60)
    site.clock.advance(60)

    assert not site.run(let_in, site, ann)

    assert [kind for kind, _ in site.run(told, ann)] == ["user.banned"]


def test_a_ban_that_would_be_over_is_refused(site: Site) -> None:
    ann = site.sign_up()

    with pytest.raises(ValueError, match="in the future"):
        site.run(shut_out_for, site, ann, 0)

    assert site.ask("GET", "/users/me", by=ann).status_code == 200


def test_a_ban_touches_nobody_else(site: Site) -> None:
    ann, ben = site.sign_up(), site.sign_up()
    site.run(shut_out, site, ann)

    assert site.ask("GET", "/users/me", by=ben).status_code == 200
    assert site.ask("GET", f"/users/{ann.id}", by=ben).status_code == 404


async def living(person: Person) -> int:
    return await Session.filter(user_id=int(person.id), revoked_at=None).count()


async def disabled_at(person: Person) -> object:
    return (await User.get(id=int(person.id))).disabled_at


async def told(person: Person) -> list[tuple[str, object]]:
    about = AuditEvent.filter(user_id=int(person.id), kind__startswith="user.")
    rows = await about.exclude(kind="user.created").order_by("id")
    return [(row.kind, row.detail) for row in rows]

"""Doors that one console closes and opens on every node."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import WebSocketDenialResponse, WebSocketTestSession
from starlette.types import Message, Scope
from starlette.websockets import WebSocketDisconnect

from app.actions.admin.maintenance import close_doors, open_doors
from app.errors import InMaintenance
from app.models import AuditEvent
from app.ws.endpoint import Endpoint
from routes.ws import OPS
from tests.site import Person, Site, running, settings

SOON = 1.0  # seconds in which it has to happen


def close(site: Site, *, retry_after: int = 60, with_secret: bool = False) -> str:
    secret: str = site.run(
        close_doors, site.services, retry_after=retry_after, with_secret=with_secret
    )
    return secret


def reopen(site: Site) -> bool:
    was_closed: bool = site.run(open_doors, site.services)
    return was_closed


def seconds_until(done: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not done():
        assert time.monotonic() - began < 5, "it never happened"
    return time.monotonic() - began


def is_closed(site: Site) -> bool:
    return bool(site.client.get("/").status_code == 503)


@pytest.fixture
def closed(nodes: tuple[Site, Site]) -> tuple[Site, Site]:
    """Two nodes whose doors one of them closed, without a secret."""
    close(nodes[0])
    for site in nodes:
        seconds_until(lambda site=site: is_closed(site))  # type: ignore[misc]
    return nodes


@pytest.fixture
def guarded(nodes: tuple[Site, Site]) -> tuple[Site, str]:
    """The second of two nodes, whose doors the first one closed, and their secret."""
    one, other = nodes
    secret = close(one, with_secret=True)
    seconds_until(lambda: is_closed(other))
    return other, secret


def test_every_node_closes_and_opens_within_a_second(nodes: tuple[Site, Site]) -> None:
    one, other = nodes

    close(one, retry_after=17)
    assert seconds_until(lambda: is_closed(one) and is_closed(other)) < SOON
    refused = other.ask("GET", "/users/me")
    reopen(other)
    took = seconds_until(lambda: not is_closed(one) and not is_closed(other))

    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["retry-after"] == "17"
    assert (refused.json()["code"], refused.json()["retry_after"]) == ("maintenance", 17)
    assert took < SOON


def test_who_watches_over_a_closed_node_sees_that_it_is_well_and_closed(
    closed: tuple[Site, Site],
) -> None:
    for site in closed:
        live, ready = site.client.get("/health/live"), site.client.get("/health/ready")

        assert (live.status_code, live.json()["data"]["status"]) == (200, "ok")
        assert (ready.status_code, ready.json()["data"]["status"]) == (200, "maintenance")
        assert ready.json()["data"]["checks"]["database"] == "ok"


def test_open_sockets_are_told_to_come_back_and_closed_on_every_node(
    nodes: tuple[Site, Site],
) -> None:
    ann = nodes[0].sign_up()
    for site in nodes:
        with joined(site, ann) as socket:
            close(nodes[0], retry_after=20)
            told = socket.receive_json()
            with pytest.raises(WebSocketDisconnect) as end:
                socket.receive_json()
            with pytest.raises(WebSocketDenialResponse) as refused, joined(site, ann):
                pass
        reopen(nodes[0])
        seconds_until(lambda site=site: not is_closed(site))  # type: ignore[misc]

        assert told == {"type": "reconnect", "after_ms": 20_000}
        assert (end.value.code, end.value.reason) == (1012, "maintenance")
        assert refused.value.status_code == 503
        assert refused.value.headers["retry-after"] == "20"
        with joined(site, ann):
            pass


@contextmanager
def joined(site: Site, person: Person) -> Iterator[WebSocketTestSession]:
    """A socket that has been welcomed."""
    with site.client.websocket_connect("/ws", ["chat.v1"], headers=person.bearer) as socket:
        socket.send_json({"type": "hello", "v": 1})
        assert socket.receive_json()["type"] == "welcome"
        yield socket


def test_who_shows_the_secret_passes_by_http_and_by_socket(guarded: tuple[Site, str]) -> None:
    site, secret = guarded
    shown = {"X-Maintenance-Secret": secret}

    for said, status in ((shown, 200), ({"X-Maintenance-Secret": secret[1:]}, 503), ({}, 503)):
        answer = site.client.post("/api/v1/auth/captcha", json={}, headers=said)
        assert answer.status_code == status
    with site.client.websocket_connect("/ws", ["chat.v1"], headers=shown) as socket:
        socket.send_json({"type": "ping"})
        with pytest.raises(WebSocketDisconnect) as end:
            socket.receive_json()
    assert end.value.code == 4401  # it got through to where it is asked who it is


@pytest.mark.rule(49)
def test_a_browser_trades_the_secret_for_a_cookie_that_passes_until_the_doors_open(
    guarded: tuple[Site, str],
) -> None:
    site, secret = guarded
    assert site.client.get(f"/{secret}x", follow_redirects=False).status_code == 503

    entered = site.client.get(f"/{secret}", follow_redirects=False)

    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert entered.headers["cache-control"] == "no-store"
    assert "HttpOnly" in entered.headers["set-cookie"]
    assert site.client.get("/").status_code == 200
    close(site, with_secret=True)  # anew: another secret
    assert seconds_until(lambda: is_closed(site)) < SOON
    reopen(site)
    seconds_until(lambda: not is_closed(site))
    assert site.client.get(f"/{secret}").status_code == 404


def test_what_was_closed_without_a_secret_is_opened_by_none(closed: tuple[Site, Site]) -> None:
    site, _ = closed
    for said in ({}, {"X-Maintenance-Secret": ""}, {"Cookie": "parley_maintenance="}):
        assert site.client.get("/", headers=said).status_code == 503


def test_a_server_that_starts_later_is_closed_from_its_first_request_on(
    closed: tuple[Site, Site], stores: dict[str, str], tmp_path: Path
) -> None:
    with running(settings(tmp_path, **stores)) as late:
        assert is_closed(late)


def test_each_decision_is_in_the_audit_stream(nodes: tuple[Site, Site]) -> None:
    one, other = nodes
    close(one)
    assert reopen(other)
    assert not reopen(one)

    assert one.run(told) == ["maintenance.began", "maintenance.ended"]


async def told() -> list[str]:
    kinds = AuditEvent.filter(kind__startswith="maintenance").order_by("id")
    return [event.kind for event in await kinds]


def test_a_handshake_that_the_doors_closed_behind_is_refused_at_its_end(
    closed: tuple[Site, Site],
) -> None:
    site, _ = closed
    for has_pass, count in ((False, 0), (True, 1)):
        sent: list[Message] = []
        if has_pass:
            site.run(passed_the_stage, site, sent, has_pass=True)
        else:
            with pytest.raises(InMaintenance):
                site.run(passed_the_stage, site, sent, has_pass=False)

        assert [each["type"] for each in sent].count("websocket.accept") == count


async def passed_the_stage(site: Site, sent: list[Message], *, has_pass: bool) -> None:
    """Does what is left of a handshake once the stages have let it through."""
    waiting: list[Message] = [{"type": "websocket.connect"}, {"type": "websocket.disconnect"}]
    scope: Scope = {
        "type": "websocket",
        "client_ip": "203.0.113.9",
        "headers": [],
        "subprotocols": [],
        "query_string": b"",
        "principal": None,
        "auth_error": None,
        "locale": "en",
        "has_pass": has_pass,
        "state": {"services": site.services},
    }

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await Endpoint(OPS)(scope, receive, send)

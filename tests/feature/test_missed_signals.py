"""A node that was away too long to know what it did not hear."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.models import Session
from tests.site import Site


async def end_unheard(id: int) -> None:
    """Ends a session as another node would whose signal is gone by now."""
    await Session.filter(id=id).update(revoked_at=datetime.now(UTC), reason="logout")


async def remember(site: Site) -> None:
    await site.services.cache.put("old", 1, ttl=None)


async def recall(site: Site) -> object:
    return await site.services.cache.get("old")


def test_it_believes_nothing_it_kept_and_closes_the_sockets_of_ended_sessions(site: Site) -> None:
    ann = site.sign_up()
    site.run(remember, site)
    with site.client.websocket_connect("/ws", ["chat.v1"], headers=ann.bearer) as socket:
        socket.send_json({"type": "hello", "v": 1})
        assert socket.receive_json()["type"] == "welcome"
        site.run(end_unheard, int(ann.tokens["session_id"]))

        site.run(site.services.signals.missed)

        frame = socket.receive()
        while frame["type"] != "websocket.close":
            frame = socket.receive()
        assert frame["code"] == 4403
    assert site.ask("GET", "/users/me", by=ann).status_code == 401
    is_shared = site.services.settings.cache.store == "redis"
    assert site.run(recall, site) == (1 if is_shared else None)


def test_it_asks_for_more_sessions_than_one_statement_takes(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, closed = site.services.hub, list[int]()
    ann = site.sign_up()
    id = int(ann.tokens["session_id"])
    site.run(end_unheard, id)
    strangers = range(id + 1, id + 300_000)
    monkeypatch.setattr(hub, "sessions", lambda: [*strangers, id])
    monkeypatch.setattr(hub, "close_session", lambda each, *_: closed.append(each))

    site.run(site.services.signals.missed)

    assert closed == [id]

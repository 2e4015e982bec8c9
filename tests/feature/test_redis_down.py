"""A Redis that is configured and away: what needs it says so, and all else goes on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.actions.account.create_user import NewUser, create_user
from pkg.clock import FakeClock
from tests.site import CAPTCHA, PASSWORD, Person, Site, running, settings


@pytest.fixture
def nowhere() -> Iterator[str]:
    with socket.socket() as taken:  # bound and not listening: refused at once
        taken.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def site(database_url: str, nowhere: str, tmp_path: Path, clock: FakeClock) -> Iterator[Site]:
    told = {"DATABASE_URL": database_url, "REDIS_URL": nowhere}
    with running(settings(tmp_path, **told), clock) as found:
        yield found


@pytest.fixture
def ann(site: Site) -> Person:
    """Somebody whom the console made, since no code can be sent, and who signs in."""
    hashed = site.run(site.services.hasher.make, PASSWORD)
    site.run(create_user, site.services, NewUser(name="ann", hashed=hashed))
    answer = sign_in(site)
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    return Person(data["user"]["id"], "", "ann", data)


def sign_in(site: Site, password: str = PASSWORD) -> Any:
    form = {"login": "ann", "password": password}
    return site.ask("POST", "/auth/login/password", json=form)


@pytest.mark.rule(81)
def test_inherited_redis_down_is_500(site: Site, ann: Person) -> None:
    assert site.ask("GET", "/users/me", by=ann).status_code == 200
    assert site.ask("PATCH", "/users/me", by=ann, json={"nickname": "Annie"}).status_code == 200
    assert site.ask("GET", "/auth/sessions", by=ann).status_code == 200
    assert site.client.get("/health/live").status_code == 200
    refreshed = site.ask(
        "POST", "/auth/refresh", json={"refresh_token": ann.tokens["refresh_token"]}
    )
    assert refreshed.status_code == 200, refreshed.text
    assert site.ask("POST", "/auth/logout", by=ann).status_code == 204
    assert site.ask("GET", "/users/me", by=ann).status_code == 401


@pytest.mark.rule(81)
@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/auth/captcha", {}),
        ("/auth/verify-codes/mobile", {"mobile": "+8613800000001", "purpose": "login", **CAPTCHA}),
        (
            "/auth/login/mobile",
            {"mobile": "+8613800000001", "code_id": "a" * 22, "verify_code": "123456"},
        ),
    ],
)
def test_what_is_spent_once_is_refused_for_now(site: Site, path: str, form: dict[str, str]) -> None:
    answer = site.ask("POST", path, json=form)

    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.rule(81)
def test_a_ticket_is_refused_for_now(site: Site, ann: Person) -> None:
    assert site.ask("POST", "/ws-ticket", by=ann).status_code == 503


@pytest.mark.rule(81)
def test_sign_in_is_counted_on_this_node(site: Site, ann: Person) -> None:
    refused = [sign_in(site, "wrong").status_code for _ in range(8)]

    assert 500 not in refused
    assert refused[-1] in {429, 401, 503}
    assert 429 in refused

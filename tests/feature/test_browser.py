"""What a browser's session is held to: cookies, and the token that goes with each change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pkg.clock import FakeClock
from tests.site import PASSWORD, Site, running, settings

COOKIE = {"X-Auth-Mode": "cookie"}


def enter(site: Site) -> dict[str, Any]:
    """Signs a browser up; the test client keeps its cookies."""
    form = {**site.code("ann@example.com", "signup"), "name": "Ann", "password": PASSWORD}
    answer = site.ask("POST", "/auth/signup/email", json=form, headers=COOKIE)
    data: dict[str, Any] = answer.json()["data"]
    return data


@pytest.mark.rule(46)
@pytest.mark.parametrize("token", ["", "wrong", "é"], ids=ascii)
def test_a_change_without_its_csrf_token_is_refused(site: Site, token: str) -> None:
    enter(site)
    headers = {"X-CSRF-Token": token.encode()} if token else {}

    answer = site.ask("PATCH", "/users/me", json={"nickname": "A"}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "csrf.refused")
    assert site.ask("GET", "/users/me").json()["data"]["nickname"] == ""


@pytest.mark.rule(46)
def test_a_change_with_its_csrf_token_is_made(site: Site) -> None:
    data = enter(site)

    answer = site.ask(
        "PATCH", "/users/me", json={"nickname": "A"}, headers={"X-CSRF-Token": data["csrf_token"]}
    )

    assert answer.status_code == 200
    assert site.client.cookies["parley_csrf"] == data["csrf_token"]


@pytest.mark.rule(46)
def test_a_form_of_a_foreign_page_signs_nobody_in_by_cookie(site: Site) -> None:
    form = {**site.code("ann@example.com", "signup"), "name": "Ann", "password": PASSWORD}

    answer = site.ask("POST", "/auth/signup/email", json=form)  # no page can send X-Auth-Mode

    assert "set-cookie" not in answer.headers


def test_logging_out_takes_the_cookies_back(site: Site) -> None:
    data = enter(site)

    answer = site.ask("POST", "/auth/logout", json={}, headers={"X-CSRF-Token": data["csrf_token"]})

    assert answer.status_code == 204
    assert not site.client.cookies
    assert site.ask("GET", "/users/me").status_code == 401


@pytest.mark.rule(48)
def test_a_tampered_cookie_is_nobody_s(site: Site) -> None:
    enter(site)
    whole = site.client.cookies["parley_session"]
    for cookie in (whole[:-1], whole + "x", "", "x" * 4000, whole.replace(".", "", 1)):
        site.client.cookies.clear()
        answer = site.ask("GET", "/users/me", headers={"Cookie": f"parley_session={cookie}"})
        assert answer.status_code == 401


def test_a_cookie_may_be_refreshed_and_stays_as_it_is(site: Site) -> None:
    data = enter(site)
    before = site.client.cookies["parley_session"]

    answer = site.ask(
        "POST", "/auth/refresh", json={}, headers={"X-CSRF-Token": data["csrf_token"]}
    )

    assert answer.json()["data"]["state"] == "cookie"
    assert site.client.cookies["parley_session"] == before


@pytest.mark.rule(45)
def test_over_https_the_cookie_is_bound_to_the_host(
    stores: dict[str, str], tmp_path: Path, clock: FakeClock
) -> None:
    configured = settings(tmp_path, APP_URL="https://testserver", **stores)
    with running(configured, clock) as site:
        form = {**site.code("ann@example.com", "signup"), "name": "Ann", "password": PASSWORD}
        answer = site.ask("POST", "/auth/signup/email", json=form, headers=COOKIE)

    [session, csrf] = answer.headers.get_list("set-cookie")
    assert session.startswith("__Host-parley_session=")
    assert csrf.startswith("__Host-parley_csrf=")
    for line in (session, csrf):
        assert "; Secure" in line
        assert "; Path=/" in line
        assert "Domain" not in line
        assert len(line) < 4096
    assert "HttpOnly" in session
    assert "HttpOnly" not in csrf

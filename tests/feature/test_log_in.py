"""Signing in over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pkg.clock import FakeClock
from tests.site import CAPTCHA, PASSWORD, Person, Site, codes, running, settings

ANN = "+8613800138000"


def log_in(site: Site, login: str, password: str = PASSWORD, **more: Any) -> Any:
    form = {"login": login, "password": password, **more}
    return site.ask("POST", "/auth/login/password", json=form)


@pytest.mark.parametrize("spelling", ["Ann", "ann", "ＡＮＮ", "+8613800138000", "138 0013 8000"])
def test_a_name_or_a_mobile_in_any_spelling_and_the_password_sign_in(
    site: Site, spelling: str
) -> None:
    site.sign_up(ANN, name="Ann")

    answer = log_in(site, spelling)

    assert answer.status_code == 200
    assert answer.json()["data"]["user"]["name"] == "Ann"


def test_an_email_signs_in_whatever_its_case(site: Site) -> None:
    site.sign_up("ann@example.com")

    assert log_in(site, "Ann@EXAMPLE.com").status_code == 200


@pytest.mark.rule(29)
def test_inherited_login_tells_who_exists(site: Site) -> None:
    ann = site.sign_up()
    site.run(disable, site.sign_up(name="Closed").id)

    answers = [
        log_in(site, ann.name, "wrong password"),
        log_in(site, "nobody", "wrong password"),
        log_in(site, "Closed"),
    ]

    bodies = []
    for answer in answers:
        body = answer.json()
        del body["request_id"]
        bodies.append(body)
    assert [answer.status_code for answer in answers] == [401] * 3
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["code"] == "login.refused"


@pytest.mark.rule(29)
@pytest.mark.parametrize(
    "login",
    [
        "x" * 254,
        "+" + "1" * 20,
        "+" + "x" * 253,
        "@" + "x" * 253,
        "\N{ARABIC LIGATURE BISMILLAH AR-RAHMAN AR-RAHEEM}" * 60,
    ],
    ids=["name", "mobile", "plus", "email", "folded"],
)
def test_what_no_account_could_have_is_as_wrong_as_any_other(site: Site, login: str) -> None:
    answer = log_in(site, login, "wrong password")

    assert (answer.status_code, answer.json()["code"]) == (401, "login.refused")


async def disable(id: str) -> None:
    from datetime import UTC, datetime

    from app.models import User

    await User.filter(id=int(id)).update(disabled_at=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.rule(24)
@pytest.mark.rule(28)
def test_five_wrong_passwords_close_one_account_for_a_minute(site: Site) -> None:
    ann, ben = site.sign_up(), site.sign_up()
    for _ in range(5):
        assert log_in(site, ann.name, "wrong password", **CAPTCHA).status_code == 401

    refused = log_in(site, ann.name, **CAPTCHA)

    assert (refused.status_code, refused.json()["code"]) == (429, "limit.exceeded")
    assert int(refused.headers["retry-after"]) > 0
    assert log_in(site, ben.name).status_code == 200


@pytest.mark.rule(27)
def test_the_throttled_answer_is_the_same_for_unknown_logins(site: Site) -> None:
    ann = site.sign_up()
    answers = []
    for login in (ann.name, "nobody"):
        for _ in range(5):
            log_in(site, login, "wrong password", **CAPTCHA)
        body = log_in(site, login, "wrong password", **CAPTCHA).json()
        del body["request_id"]
        answers.append(body)

    assert answers[0] == answers[1]
    assert answers[0]["code"] == "limit.exceeded"


@pytest.mark.rule(26)
def test_spellings_of_one_login_share_a_count(site: Site) -> None:
    site.sign_up(ANN, name="Ann")
    for login in ("Ann", "ann", "ANN", "ａｎｎ", "aNN"):
        assert log_in(site, login, "wrong password", **CAPTCHA).status_code == 401

    assert log_in(site, "Ann", **CAPTCHA).status_code == 429


@pytest.mark.rule(24)
def test_right_passwords_are_no_failures(site: Site) -> None:
    ann = site.sign_up()

    assert [log_in(site, ann.name).status_code for _ in range(8)] == [200] * 8


def test_after_three_failures_a_captcha_is_asked_for(site: Site) -> None:
    ann = site.sign_up()
    for _ in range(3):
        log_in(site, ann.name, "wrong password")

    without = log_in(site, ann.name)
    solved = log_in(site, ann.name, **CAPTCHA)

    assert (without.status_code, without.json()["code"]) == (403, "captcha.required")
    assert solved.status_code == 200


def test_a_code_signs_in_and_makes_the_account_on_first_use(site: Site) -> None:
    first = site.ask("POST", "/auth/login/mobile", json=site.code(ANN, "login"))
    site.clock.advance(61)
    again = site.ask("POST", "/auth/login/mobile", json=site.code(ANN, "login"))

    assert first.status_code == again.status_code == 200
    made = first.json()["data"]["user"]
    assert made["mobile"] == ANN
    assert made["name"] is None
    assert made["has_password"] is False
    assert again.json()["data"]["user"]["id"] == made["id"]


def test_where_codes_make_no_account_a_stranger_is_told_so(
    stores: dict[str, str], tmp_path: Path, clock: FakeClock
) -> None:
    with running(settings(tmp_path, AUTH_AUTO_SIGNUP="false", **stores), clock) as site:
        answer = site.ask("POST", "/auth/login/mobile", json=site.code(ANN, "login"))

    assert (answer.status_code, answer.json()["code"]) == (403, "signup.closed")


def test_a_scheme_that_is_off_signs_nobody_in(
    stores: dict[str, str], tmp_path: Path, clock: FakeClock
) -> None:
    with running(settings(tmp_path, AUTH_SCHEMES="email", **stores), clock) as site:
        by_password = log_in(site, "ann")
        by_mobile = site.send_code(ANN, "login")

    assert (by_password.status_code, by_password.json()["code"]) == (403, "scheme.off")
    assert (by_mobile.status_code, by_mobile.json()["code"]) == (403, "scheme.off")


def test_a_bad_form_names_every_field(site: Site) -> None:
    answer = site.ask("POST", "/auth/login/mobile", json={"mobile": "1"})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert codes(answer) == {"mobile": "mobile", "code_id": "missing", "verify_code": "missing"}


@pytest.mark.rule(36)
def test_refresh_gives_the_next_pair(site: Site) -> None:
    ann = site.sign_up()

    answer = refresh(site, ann.tokens["refresh_token"])

    assert answer.status_code == 200
    data = answer.json()["data"]
    assert data["refresh_token"] != ann.tokens["refresh_token"]
    me = site.ask("GET", "/users/me", headers={"Authorization": f"Bearer {data['access_token']}"})
    assert me.status_code == 200


@pytest.mark.rule(36)
def test_a_refresh_token_that_comes_back_late_ends_the_session(site: Site) -> None:
    ann = site.sign_up()
    following = refresh(site, ann.tokens["refresh_token"]).json()["data"]
    site.clock.advance(11)

    stolen = refresh(site, ann.tokens["refresh_token"])
    owner = refresh(site, following["refresh_token"])

    assert (stolen.status_code, stolen.json()["code"]) == (401, "token.reused")
    assert owner.status_code == 401
    assert site.ask("GET", "/users/me", by=ann).status_code == 401


def refresh(site: Site, token: str) -> Any:
    return site.ask("POST", "/auth/refresh", json={"refresh_token": token})


@pytest.mark.rule(35)
def test_an_access_token_is_over_after_a_quarter_of_an_hour(site: Site) -> None:
    ann = site.sign_up()

    site.clock.advance(901)
    answer = site.ask("GET", "/users/me", by=ann)

    assert (answer.status_code, answer.json()["code"]) == (401, "token.expired")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.rule(34)
def test_a_refresh_token_opens_no_route(site: Site) -> None:
    ann = site.sign_up()

    answer = site.ask(
        "GET", "/users/me", headers={"Authorization": f"Bearer {ann.tokens['refresh_token']}"}
    )

    assert answer.status_code == 401


@pytest.mark.rule(39)
def test_logging_out_ends_the_session_at_once(site: Site) -> None:
    ann = site.sign_up()

    assert site.ask("POST", "/auth/logout", json={}, by=ann).status_code == 204

    assert site.ask("GET", "/users/me", by=ann).status_code == 401
    assert refresh(site, ann.tokens["refresh_token"]).status_code == 401


def elsewhere(site: Site, ann: Person, device: str = "") -> Person:
    data = log_in(site, ann.name, device_name=device or "other").json()["data"]
    return Person(ann.id, ann.mobile, ann.name, data)


@pytest.mark.rule(39)
def test_logging_out_everywhere_ends_all_sessions(site: Site) -> None:
    ann = site.sign_up()
    other = elsewhere(site, ann)

    assert site.ask("POST", "/auth/logout", json={"all": True}, by=ann).status_code == 204

    assert site.ask("GET", "/users/me", by=other).status_code == 401


@pytest.mark.rule(47)
def test_the_list_of_sessions_tells_them_apart_and_ends_them(site: Site) -> None:
    ann = site.sign_up()
    other = elsewhere(site, ann, "my tablet")

    listed = site.ask("GET", "/auth/sessions", by=ann).json()["data"]
    assert [(one["device"], one["current"]) for one in listed] == [("my tablet", False), ("", True)]

    gone = site.ask("DELETE", f"/auth/sessions/{listed[0]['id']}", by=ann)

    assert gone.status_code == 204
    assert site.ask("GET", "/users/me", by=other).status_code == 401
    assert site.ask("GET", "/users/me", by=ann).status_code == 200


def test_all_other_sessions_end_in_one_go(site: Site) -> None:
    ann = site.sign_up()
    others = [elsewhere(site, ann) for _ in range(2)]

    assert site.ask("DELETE", "/auth/sessions", by=ann).status_code == 204

    assert [site.ask("GET", "/users/me", by=one).status_code for one in others] == [401, 401]
    assert site.ask("GET", "/users/me", by=ann).status_code == 200


@pytest.mark.rule(31)
def test_nobody_ends_somebody_else_s_session(site: Site) -> None:
    ann, ben = site.sign_up(), site.sign_up()
    session = ann.tokens["session_id"]

    assert site.ask("DELETE", f"/auth/sessions/{session}", by=ben).status_code == 404
    assert site.ask("GET", "/users/me", by=ann).status_code == 200


@pytest.mark.rule(41)
def test_inherited_one_key_for_all(site: Site) -> None:
    from pkg.app import app_key, derive

    root = app_key(site.services.settings.app)
    keys = {derive(root, purpose) for purpose in ("jwt", "session", "verifycode", "cursor")}

    assert len(keys) == 4
    assert root not in keys

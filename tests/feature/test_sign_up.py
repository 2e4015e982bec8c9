"""Making an account over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pkg.clock import FakeClock
from tests.site import CAPTCHA, PASSWORD, Site, codes, running, settings

ANN = "+8613800138000"


def test_a_code_and_a_name_make_an_account(site: Site) -> None:
    form = {**site.code(ANN, "signup"), "name": "Ann", "password": PASSWORD}

    answer = site.ask("POST", "/auth/signup/mobile", json=form)

    data = answer.json()["data"]
    assert answer.status_code == 201
    assert data["state"] == "tokens"
    assert data["user"]["name"] == "Ann"
    assert data["user"]["mobile"] == ANN
    assert answer.headers["cache-control"] == "no-store"


def test_a_browser_gets_cookies_and_no_token(site: Site) -> None:
    form = {**site.code("ann@example.com", "signup"), "name": "Ann", "password": PASSWORD}

    answer = site.ask("POST", "/auth/signup/email", json=form, headers={"X-Auth-Mode": "cookie"})

    data = answer.json()["data"]
    assert data["state"] == "cookie"
    assert "access_token" not in data
    set_cookie = [line.lower() for line in answer.headers.get_list("set-cookie")]
    session = next(line for line in set_cookie if line.startswith("parley_session="))
    assert "httponly" in session
    assert "samesite=lax" in session
    assert site.client.get("/api/v1/users/me").json()["data"]["email"] == "ann@example.com"


@pytest.mark.rule(94)
def test_a_bad_form_names_every_field(site: Site) -> None:
    form = {"mobile": "1", "name": "x", "password": "short", "is_admin": True}

    answer = site.ask("POST", "/auth/signup/mobile", json=form)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert codes(answer) == {
        "mobile": "mobile",
        "code_id": "missing",
        "verify_code": "missing",
        "name": "too_short",
        "password": "too_short",
        "is_admin": "unknown",
    }
    assert "short" not in answer.text.replace("too_short", "")  # no value is quoted back


def test_a_taken_name_leaves_the_code_for_another_try(site: Site) -> None:
    site.sign_up(name="Ann")
    form = {**site.code("ann@example.com", "signup"), "name": "ＡＮＮ", "password": PASSWORD}

    refused = site.ask("POST", "/auth/signup/email", json=form)
    accepted = site.ask("POST", "/auth/signup/email", json={**form, "name": "Ann2"})

    assert (refused.status_code, refused.json()["code"]) == (409, "name.taken")
    assert accepted.status_code == 201


@pytest.mark.rule(29)
def test_that_a_name_is_taken_is_told_only_to_whoever_has_a_code(site: Site) -> None:
    site.sign_up(name="Ann")
    proof = site.code("+8613900139000", "signup")
    wrong = f"{(int(proof['verify_code']) + 1) % 10**6:06d}"

    form = {**proof, "verify_code": wrong, "name": "Ann", "password": PASSWORD}
    answer = site.ask("POST", "/auth/signup/mobile", json=form)

    assert (answer.status_code, answer.json()["code"]) == (422, "code.wrong")


def test_a_mobile_makes_one_account(site: Site) -> None:
    site.sign_up(ANN)
    site.clock.advance(61)
    form = {**site.code(ANN, "signup"), "name": "Other", "password": PASSWORD}

    answer = site.ask("POST", "/auth/signup/mobile", json=form)

    assert (answer.status_code, answer.json()["code"]) == (409, "mobile.taken")


@pytest.mark.rule(1)
def test_inherited_code_survives_use(site: Site) -> None:
    form = {**site.code(ANN, "signup"), "name": "Ann", "password": PASSWORD}
    site.ask("POST", "/auth/signup/mobile", json=form)

    again = site.ask("POST", "/auth/signup/mobile", json={**form, "name": "Ann2"})

    assert (again.status_code, again.json()["code"]) == (422, "code.wrong")


@pytest.mark.rule(1)
@pytest.mark.rule(97)
def test_inherited_uniqueness_by_precheck(site: Site) -> None:
    forms = [
        {**site.code(f"+861380000{n:04d}", "signup"), "name": "Ann", "password": PASSWORD}
        for n in range(8)
    ]

    def sign_up(form: dict[str, str]) -> int:
        status: int = site.ask("POST", "/auth/signup/mobile", json=form).status_code
        return status

    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(threads.map(sign_up, forms))

    assert statuses == [201] + [409] * 7


@pytest.mark.rule(30)
def test_inherited_exist_oracle(site: Site) -> None:
    answer = site.ask("POST", "/auth/signup/exist", json={"mobile": ANN, **CAPTCHA})

    assert (answer.status_code, answer.json()["code"]) == (403, "exist.hidden")


@pytest.mark.rule(30)
def test_who_exists_is_told_where_the_operator_says_so(
    stores: dict[str, str], tmp_path: Path, clock: FakeClock
) -> None:
    configured = settings(tmp_path, AUTH_ENUMERATION="allow", **stores)
    with running(configured, clock) as site:
        site.sign_up(ANN)

        def exists(mobile: str) -> bool:
            form = {"mobile": mobile, **CAPTCHA}
            found: bool = site.ask("POST", "/auth/signup/exist", json=form).json()["data"]["exist"]
            return found

        assert exists(ANN)
        assert not exists("+8613900139000")


def test_closed_doors_let_nobody_new_in(
    stores: dict[str, str], tmp_path: Path, clock: FakeClock
) -> None:
    with running(settings(tmp_path, AUTH_SIGNUP="false", **stores), clock) as site:
        form = {**site.code(ANN, "signup"), "name": "Ann", "password": PASSWORD}

        by_form = site.ask("POST", "/auth/signup/mobile", json=form)
        site.clock.advance(61)
        by_code = site.ask("POST", "/auth/login/mobile", json=site.code(ANN, "login"))

    assert (by_form.status_code, by_form.json()["code"]) == (403, "signup.closed")
    assert (by_code.status_code, by_code.json()["code"]) == (403, "signup.closed")


def test_who_is_signed_in_already_does_not_sign_up(site: Site) -> None:
    ann = site.sign_up()

    answer = site.ask("POST", "/auth/signup/mobile", json={}, by=ann)

    assert (answer.status_code, answer.json()["code"]) == (403, "guest.only")


@pytest.mark.rule(20)
def test_inherited_password_taken_for_hash(site: Site) -> None:
    hashed = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
    ann = site.sign_up(ANN, password=hashed)

    answer = site.ask("POST", "/auth/login/password", json={"login": ann.name, "password": hashed})

    assert answer.status_code == 200


@pytest.mark.rule(21)
@pytest.mark.parametrize("password", ["password1", "ANN-13800138000", "13800138000"])
def test_a_password_that_is_easy_to_guess_is_refused(site: Site, password: str) -> None:
    form = {**site.code(ANN, "signup"), "name": "Ann", "password": password}

    answer = site.ask("POST", "/auth/signup/mobile", json=form)

    assert answer.status_code == 422
    assert codes(answer) == {"password": "common"}

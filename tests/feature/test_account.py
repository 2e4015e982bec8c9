"""One's own account over HTTP, and other people's cards."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tests.site import PASSWORD, Person, Site, codes

NEW = "another horse battery"


def log_in(site: Site, name: str, password: str) -> Any:
    return site.ask("POST", "/auth/login/password", json={"login": name, "password": password})


def confirm(site: Site, person: Person) -> None:
    answer = site.ask("POST", "/auth/confirm", json={"password": PASSWORD}, by=person)
    assert answer.status_code == 200


def test_one_s_own_card_holds_everything_and_another_s_nothing_private(site: Site) -> None:
    ann, ben = site.sign_up(name="Ann"), site.sign_up()

    mine = site.ask("GET", "/users/me", by=ann).json()["data"]
    theirs = site.ask("GET", f"/users/{ann.id}", by=ben).json()["data"]

    assert mine["mobile"] == ann.mobile
    assert theirs == {"id": ann.id, "name": "Ann", "nickname": "", "avatar": None, "type": 0}


@pytest.mark.rule(31)
@pytest.mark.parametrize("path", ["/users", "/users/1", "/users/me"])
def test_inherited_list_without_login(site: Site, path: str) -> None:
    site.sign_up()

    answer = site.ask("GET", path)

    assert (answer.status_code, answer.json()["code"]) == (401, "auth.required")


def test_the_list_finds_people_by_any_part_of_their_name(site: Site) -> None:
    me = site.sign_up(name="Zoe")
    for name in ("Anna", "Hannah", "Bob"):
        site.sign_up(name=name)

    answer = site.ask("GET", "/users?filter[name]=ANN&sort=-name", by=me).json()

    assert [card["name"] for card in answer["data"]] == ["Hannah", "Anna"]
    assert answer["pager"]["total_count"] == 2


@pytest.mark.rule(99)
@pytest.mark.parametrize("wild", ["%25", "_", "%5C"])
def test_a_wildcard_is_only_a_character(site: Site, wild: str) -> None:
    me = site.sign_up(name="Zoe")

    assert site.ask("GET", f"/users?filter[name]={wild}", by=me).json()["data"] == []


def test_the_list_comes_in_pages_that_know_their_neighbours(site: Site) -> None:
    people = [site.sign_up() for _ in range(5)]

    answer = site.ask("GET", "/users?per_page=2&page=2&sort=id", by=people[0])

    body = answer.json()
    assert [card["id"] for card in body["data"]] == [people[2].id, people[3].id]
    pager = body["pager"]
    assert (pager["page"], pager["per_page"], pager["total_page"]) == (2, 2, 3)
    assert pager["total_count"] == 5
    following = site.client.get(pager["next_page_url"], headers=people[0].bearer).json()
    assert [card["id"] for card in following["data"]] == [people[4].id]
    assert 'rel="next"' in answer.headers["link"]


@pytest.mark.rule(91)
@pytest.mark.rule(92)
@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("sort=password", {"sort": "sort"}),
        ("sort=name;drop", {"sort": "sort"}),
        ("per_page=0", {"per_page": "too_small"}),
        ("per_page=101", {"per_page": "too_large"}),
        ("page=1.5", {"page": "type"}),
        ("page=99999999999999999999", {"page": "too_large"}),
        ("include=password", {"include": "unknown"}),
        ("page=1&page=2", {"page": "duplicate"}),
    ],
)
def test_inherited_sort_reaches_sql(site: Site, query: str, fault: dict[str, str]) -> None:
    answer = site.ask("GET", f"/users?{query}", by=site.sign_up())

    assert answer.status_code == 422
    assert codes(answer) == fault


@pytest.mark.rule(92)
@pytest.mark.parametrize("id", ["0", "-1", "1.0", "x", "9223372036854775808", "9" * 400, "%00"])
def test_an_id_that_cannot_be_one_is_never_a_500(site: Site, id: str) -> None:
    assert site.ask("GET", f"/users/{id}", by=site.sign_up()).status_code in {404, 422}


def test_a_profile_changes_what_was_sent_and_nothing_else(site: Site) -> None:
    ann = site.sign_up(name="Ann")
    form = {"nickname": "Annie", "gender": "female", "birthday": "1990-02-28", "locale": "zh-CN"}

    answer = site.ask("PATCH", "/users/me", json=form, by=ann).json()["data"]

    assert answer["name"] == "Ann"
    assert answer["nickname"] == "Annie"
    assert answer["gender"] == "female"
    assert answer["birthday"] == "1990-02-28"
    assert answer["locale"] == "zh_CN"
    cleared = site.ask("PATCH", "/users/me", json={"birthday": None}, by=ann).json()["data"]
    assert (cleared["birthday"], cleared["nickname"]) == (None, "Annie")


@pytest.mark.rule(94)
@pytest.mark.parametrize("field", ["id", "type", "exp", "is_admin", "mobile", "email", "password"])
def test_a_profile_takes_no_protected_field(site: Site, field: str) -> None:
    answer = site.ask("PATCH", "/users/me", json={field: "1"}, by=site.sign_up())

    assert codes(answer) == {field: "unknown"}


@pytest.mark.rule(97)
def test_inherited_unique_refuses_itself(site: Site) -> None:
    ann = site.sign_up(name="Ann")
    site.sign_up(name="Ben")

    same = site.ask("PATCH", "/users/me", json={"name": "ANN"}, by=ann)
    taken = site.ask("PATCH", "/users/me", json={"name": "ben"}, by=ann)

    assert same.json()["data"]["name"] == "ANN"
    assert (taken.status_code, taken.json()["code"]) == (409, "name.taken")


@pytest.mark.rule(22)
def test_a_new_password_needs_the_old_one_and_ends_the_other_sessions(site: Site) -> None:
    ann = site.sign_up("ann@example.com")
    other = log_in(site, ann.name, PASSWORD).json()["data"]
    path = "/users/me/password"

    wrong = site.ask("PUT", path, json={"password": "wrong", "new_password": NEW}, by=ann)
    right = site.ask("PUT", path, json={"password": PASSWORD, "new_password": NEW}, by=ann)

    assert (wrong.status_code, wrong.json()["code"]) == (422, "password.wrong")
    assert right.status_code == 204
    assert site.ask("GET", "/users/me", by=ann).status_code == 200
    headers = {"Authorization": f"Bearer {other['access_token']}"}
    assert site.ask("GET", "/users/me", headers=headers).status_code == 401
    assert log_in(site, ann.name, NEW).status_code == 200
    assert site.mails.sent[-1].template == "password_changed"


@pytest.mark.rule(22)
def test_a_reset_ends_every_session(site: Site) -> None:
    ann = site.sign_up()
    site.clock.advance(61)
    form = {**site.code(ann.mobile, "reset"), "password": NEW}

    answer = site.ask("POST", "/auth/password-reset/mobile", json=form)

    assert answer.status_code == 204
    assert site.ask("GET", "/users/me", by=ann).status_code == 401
    assert log_in(site, ann.name, NEW).status_code == 200


def test_a_reset_for_nobody_makes_no_account(site: Site) -> None:
    form = {**site.code("+8613900139000", "reset"), "password": NEW}

    answer = site.ask("POST", "/auth/password-reset/mobile", json=form)

    assert answer.status_code == 404


@pytest.mark.rule(12)
def test_inherited_address_changed_silently(site: Site) -> None:
    ann = site.sign_up("ann@example.com")
    proof = site.code("ann@example.org", "bind")

    changed = site.ask("PUT", "/users/me/email", json=proof, by=ann)

    assert changed.status_code == 204
    assert site.ask("GET", "/users/me", by=ann).json()["data"]["email"] == "ann@example.org"
    told = site.mails.sent[-1]
    assert (told.to, told.template) == ("ann@example.com", "address_changed")
    assert told.params["when"] == "2026-01-01 00:00 UTC"


@pytest.mark.rule(12)
def test_a_new_address_needs_a_fresh_confirmation(site: Site) -> None:
    ann = site.sign_up()
    site.clock.advance(901)
    tokens = site.ask(
        "POST", "/auth/refresh", json={"refresh_token": ann.tokens["refresh_token"]}
    ).json()["data"]
    ann.tokens = tokens
    proof = site.code("ann@example.org", "bind")

    refused = site.ask("PUT", "/users/me/email", json=proof, by=ann)
    confirm(site, ann)
    accepted = site.ask("PUT", "/users/me/email", json=proof, by=ann)

    assert (refused.status_code, refused.json()["code"]) == (403, "confirm.required")
    assert accepted.status_code == 204


@pytest.mark.rule(12)
def test_a_new_address_needs_a_code_sent_to_it(site: Site) -> None:
    ann = site.sign_up("ann@example.com")
    proof = site.code("ann@example.org", "bind")

    answer = site.ask("PUT", "/users/me/email", json={**proof, "email": "c@example.org"}, by=ann)

    assert (answer.status_code, answer.json()["code"]) == (422, "code.wrong")


def test_an_address_of_somebody_else_is_refused(site: Site) -> None:
    ann = site.sign_up()
    site.sign_up("ben@example.com")
    site.clock.advance(61)

    answer = site.ask("PUT", "/users/me/email", json=site.code("ben@example.com", "bind"), by=ann)

    assert (answer.status_code, answer.json()["code"]) == (409, "email.taken")


def test_a_session_is_confirmed_by_a_code_to_one_s_own_address_only(site: Site) -> None:
    ann, ben = site.sign_up(), site.sign_up()
    site.clock.advance(61)

    def confirm_by(target: str) -> Any:
        proof = site.code(target, "confirm")
        del proof["mobile"]
        return site.ask("POST", "/auth/confirm", json=proof, by=ann)

    foreign, own = confirm_by(ben.mobile), confirm_by(ann.mobile)

    assert (foreign.status_code, foreign.json()["code"]) == (422, "code.wrong")
    assert own.status_code == 200
    assert own.json()["data"]["confirmed_until"].endswith("Z")


def test_five_wrong_confirmations_are_enough(site: Site) -> None:
    ann = site.sign_up()
    for _ in range(5):
        answer = site.ask("POST", "/auth/confirm", json={"password": "wrong password"}, by=ann)
        assert (answer.status_code, answer.json()["code"]) == (422, "confirm.refused")

    answer = site.ask("POST", "/auth/confirm", json={"password": PASSWORD}, by=ann)

    assert answer.status_code == 429


def picture() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    return out.getvalue()


def test_a_picture_comes_back_in_its_sizes_and_goes_again(site: Site) -> None:
    ann = site.sign_up()

    put = site.ask("PUT", "/users/me/avatar", files={"file": ("me.png", picture())}, by=ann)

    urls = put.json()["data"]["avatar"]
    assert set(urls) == {"64", "256", "512"}
    served = site.client.get(urls["64"])
    assert served.headers["content-type"] == "image/webp"
    assert served.headers["x-content-type-options"] == "nosniff"
    gone = site.ask("DELETE", "/users/me/avatar", by=ann)
    assert gone.json()["data"]["avatar"] is None
    assert site.client.get(urls["64"]).status_code == 404


def test_what_is_no_picture_leaves_the_old_one(site: Site) -> None:
    ann = site.sign_up()
    site.ask("PUT", "/users/me/avatar", files={"file": ("me.png", picture())}, by=ann)
    before = site.ask("GET", "/users/me", by=ann).json()["data"]["avatar"]

    answer = site.ask(
        "PUT", "/users/me/avatar", files={"file": ("me.png", b"<svg onload=alert(1)>")}, by=ann
    )

    assert answer.status_code in {415, 422}
    assert site.ask("GET", "/users/me", by=ann).json()["data"]["avatar"] == before


def test_a_second_picture_replaces_the_first(site: Site) -> None:
    ann = site.sign_up()
    urls = []
    for _ in range(2):
        put = site.ask("PUT", "/users/me/avatar", files={"file": ("me.png", picture())}, by=ann)
        urls.append(put.json()["data"]["avatar"]["64"])

    assert [site.client.get(url).status_code for url in urls] == [404, 200]

"""Messages over HTTP: where a made one stands, and the pages of a log."""

from __future__ import annotations

from typing import Any

import pytest

from tests.site import Person, Site, codes

LOBBY = "/conversations/1/messages"


@pytest.fixture
def ann(site: Site) -> Person:
    return site.sign_up(name="Ann")


def say(site: Site, by: Person, content: str, **more: Any) -> Any:
    return site.ask("POST", LOBBY, json={"content": content, **more}, by=by)


def seqs(answer: Any) -> list[int]:
    return [message["seq"] for message in answer.json()["data"]]


def test_a_message_stands_where_its_answer_says(site: Site, ann: Person) -> None:
    ben = site.sign_up()

    for path in (LOBBY, f"/conversations/u:{ben.id}/messages"):
        made = site.ask("POST", path, json={"content": "hello"}, by=ann)
        there = site.client.get(made.headers["location"], headers=ann.bearer)
        assert made.status_code == 201
        assert there.json()["data"] == [made.json()["data"]]


def test_the_same_again_is_the_same_message_at_the_same_place(site: Site, ann: Person) -> None:
    first = say(site, ann, "hello", id="a-ref")
    again = say(site, ann, "hello", id="a-ref")

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]


def test_who_signs_up_is_told_where_their_card_stands(site: Site) -> None:
    form = {**site.code("+8613800001111", "signup"), "name": "Zoe", "password": "long enough one"}

    answer = site.ask("POST", "/auth/signup/mobile", json=form)
    bearer = {"Authorization": f"Bearer {answer.json()['data']['access_token']}"}

    card = site.client.get(answer.headers["location"], headers=bearer).json()["data"]
    assert card["name"] == "Zoe"


@pytest.mark.parametrize("way", ["before=999", "after=0"])
def test_links_lead_through_the_whole_log(site: Site, ann: Person, way: str) -> None:
    for number in range(5):
        say(site, ann, str(number))

    found, answer = [], site.ask("GET", f"{LOBBY}?limit=2&{way}", by=ann)
    while True:
        found += seqs(answer)
        if not answer.links:
            break
        [link] = answer.links.values()
        answer = site.client.get(link["url"], headers=ann.bearer)

    assert sorted(found) == [1, 2, 3, 4, 5]


def test_nothing_stands_before_the_first(site: Site, ann: Person) -> None:
    say(site, ann, "hello")

    assert seqs(site.ask("GET", f"{LOBBY}?before=0", by=ann)) == []
    assert seqs(site.ask("GET", f"{LOBBY}?before=1", by=ann)) == []


@pytest.mark.parametrize("query", ["before=1&after=1", "after=1&around=1", "before=1&around=1"])
def test_a_part_of_the_log_is_named_in_one_way(site: Site, ann: Person, query: str) -> None:
    answer = site.ask("GET", f"{LOBBY}?{query}", by=ann)

    assert answer.status_code == 422
    assert codes(answer) == {"": "one_of"}

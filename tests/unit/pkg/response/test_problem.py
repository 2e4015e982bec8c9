from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.response import Problem, prefers_html

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
REFUSED = Problem(
    422,
    "invalid",
    "Please check the marked fields.",
    instance="/api/v1/users",
    request_id="abc",
    errors={"mobile": [{"code": "mobile", "message": "Not a number.", "params": {}}]},
)


class Seen(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.rule(106)
def test_a_problem_has_the_members_of_rfc_9457_and_ours() -> None:
    answer = REFUSED.response("application/json")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert json.loads(bytes(answer.body)) == {
        "type": "urn:parley:problem:invalid",
        "title": "Please check the marked fields.",
        "status": 422,
        "instance": "/api/v1/users",
        "code": "invalid",
        "errors": {"mobile": [{"code": "mobile", "message": "Not a number.", "params": {}}]},
        "request_id": "abc",
    }


def test_what_is_empty_is_left_out() -> None:
    assert Problem(404, "not_found", "Nothing here.").members().keys() == {
        "type",
        "title",
        "status",
        "code",
    }


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, 1), (-5, 1), (0.2, 1), (1, 1), (1.01, 2), (3600, 3600)]
)
def test_a_wait_is_whole_seconds_rounded_up(seconds: float, told: int) -> None:
    problem = Problem(429, "limit.exceeded", "Later.", retry_after=seconds)

    assert problem.members()["retry_after"] == told
    assert problem.response().headers["retry-after"] == str(told)


def test_without_a_wait_none_is_told() -> None:
    assert "retry-after" not in REFUSED.response().headers


def test_a_browser_gets_a_page() -> None:
    answer = REFUSED.response(BROWSER, lang="zh-CN")
    page = bytes(answer.body).decode()

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="zh-CN">' in page
    assert "Please check the marked fields." in Seen(page).text
    assert "422 · invalid · abc" in Seen(page).text


@given(st.text(max_size=40) | st.text("<>\"'&/{}script ", max_size=40))
def test_nothing_said_on_a_page_becomes_a_tag(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    problem = Problem(400, "x", text, detail=text, request_id=text)
    page = problem.body(BROWSER, lang=text)[0].decode()

    plain = Problem(400, "x", "a", detail="a", request_id="a").body(BROWSER)[0].decode()
    if text:
        assert Seen(page).tags == Seen(plain).tags
    assert "script" not in Seen(page).tags


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("application/json, text/html", False),
        ("text/html", True),
        (BROWSER, True),
        ("text/html;q=0.5, application/problem+json", False),
        ("text/html;q=0.5, application/problem+json;q=0.4", True),
        ("text/html;q=0", False),
        ("text/htmlx", False),
        ("text/html;q=nan", False),
    ],
)
def test_html_goes_to_whoever_likes_it_better_than_json(accept: str, page: bool) -> None:
    assert prefers_html(accept) is page

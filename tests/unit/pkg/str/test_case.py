from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.str import camel, kebab, lower_camel, plural, singular, snake

WORDS = st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True), min_size=1, max_size=4)


@pytest.mark.parametrize(
    "text",
    ["BlogPost", "blogPost", "blog_post", "blog-post", "blog post", " Blog.Post ", "BLOG_POST"],
)
def test_one_noun_has_one_spelling_in_each_case(text: str) -> None:
    assert snake(text) == "blog_post"
    assert camel(text) == "BlogPost"
    assert lower_camel(text) == "blogPost"
    assert kebab(text) == "blog-post"


def test_short_forms_and_digits_stay_together() -> None:
    assert snake("HTTPServer") == "http_server"
    assert snake("apiV2Token") == "api_v2_token"
    assert camel("user_id") == "UserId"
    assert snake("") == camel("") == lower_camel("") == ""


@given(WORDS)
def test_every_case_leads_back_to_snake(words: list[str]) -> None:
    name = "_".join(words)

    for case in (snake, camel, lower_camel, kebab):
        assert snake(case(name)) == name


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("user", "users"),
        ("category", "categories"),
        ("status", "statuses"),
        ("address", "addresses"),
        ("person", "people"),
        ("child", "children"),
        ("leaf", "leaves"),
        ("cow", "cows"),
        ("cookie", "cookies"),
        ("cache", "caches"),
        ("base", "bases"),
        ("response", "responses"),
        ("medium", "media"),
        ("bus", "buses"),
        ("gas", "gases"),
        ("lens", "lenses"),
        ("crisis", "crises"),
        ("tooth", "teeth"),
        ("series", "series"),
        ("news", "news"),
        ("software", "software"),
        ("staff", "staff"),
        ("blog_post", "blog_posts"),
        ("oak_leaf", "oak_leaves"),
        ("oak-leaf", "oak-leaves"),
        ("BlogPost", "BlogPosts"),
        ("OakLeaf", "OakLeaves"),
        ("blog post", "blog posts"),
        ("Person", "People"),
    ],
)
def test_one_and_many_lead_to_each_other_and_are_left_alone_when_done(one: str, many: str) -> None:
    assert plural(one) == many
    assert singular(many) == one
    assert plural(many) == many
    assert singular(one) == one


@pytest.mark.parametrize("text", ["", "_", "…"])
def test_what_has_no_last_word_stays_as_it_is(text: str) -> None:
    assert plural(text) == singular(text) == text

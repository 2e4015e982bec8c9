"""One noun in every place, and the nouns that cannot be had."""

from __future__ import annotations

import keyword
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.console.make.names import Names
from pkg.console import Exit, Stop


@pytest.mark.parametrize("text", ["BlogPost", "blog_post", "blog_posts", "BlogPosts", "blogPost"])
def test_a_noun_is_known_by_any_of_its_names(text: str) -> None:
    assert Names.of(text) == Names("BlogPost", "blog_post", "blog_posts", "blog post", "blog posts")


@pytest.mark.parametrize(
    ("text", "table", "article"),
    [
        ("event", "events", "an event"),
        ("category", "categories", "a category"),
        ("Child", "children", "a child"),
    ],
)
def test_many_and_its_article_are_english(text: str, table: str, article: str) -> None:
    names = Names.of(text)

    assert (names.table, names.article) == (table, article)


@pytest.mark.rule(100)
@pytest.mark.parametrize(
    "text",
    [
        "../post", "a/b", "a.b", "/etc/passwd", "..", ".", "", " ", "a b", "a\nb", "a\0b", "9a",
        "_a", "a__b", "a_", "a-b", "пост", "pöst", "ａ", "class", "Class", "None", "base", "Model",
        "List", "x" * 41, "$(id)", "a;b",
    ],
)  # fmt: skip
def test_what_could_leave_its_place_or_mean_another_thing_is_refused(text: str) -> None:
    with pytest.raises(Stop) as caught:
        Names.of(text)

    assert caught.value.exit_code == Exit.USAGE


@pytest.mark.rule(100)
@given(st.text(max_size=45))
def test_whatever_is_taken_is_a_name_everywhere(text: str) -> None:
    try:
        names = Names.of(text)
    except Stop:
        return
    for name in (names.model, names.module, names.table):
        assert name.isidentifier()
        assert name.isascii()
        assert not keyword.iskeyword(name)
        assert Path(f"app/models/{name}.py").parent == Path("app/models")

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.str import limit, mask_email, mask_mobile, random, slug


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Hello, World!", "hello-world"),
        ("  --a__b--  ", "a-b"),
        ("Crème brûlée", "creme-brulee"),
        ("你好 世界", "你好-世界"),
        ("ＡＢＣ１２", "abc12"),
        ("../../etc/passwd", "etc-passwd"),
        ("!!!", ""),
    ],
)
def test_a_slug_is_words_and_hyphens(text: str, made: str) -> None:
    assert slug(text) == made


@given(st.text(max_size=60))
def test_a_slug_is_safe_in_a_path(text: str) -> None:
    made = slug(text)

    assert not set(made) & set("/\\.?#%& \r\n\0<>\"'")
    assert "--" not in made


@given(st.text(max_size=30), st.integers(0, 40))
def test_a_limited_text_is_never_longer_and_whole_where_it_fits(text: str, max: int) -> None:
    made = limit(text, max)

    assert len(made) <= max
    assert made == text or len(text) > max


def test_a_cut_text_says_so() -> None:
    assert limit("one two three", 8) == "one two…"
    assert limit("one two three", 8, end="...") == "one t..."
    assert limit("abc", 0) == ""


@pytest.mark.rule(105)
def test_a_mask_leaves_enough_for_the_owner_and_too_little_for_others() -> None:
    assert mask_mobile("+8613800138000") == "+86138****8000"
    assert mask_mobile("123456") == "**3456"
    assert mask_mobile("1234") == "****"
    assert mask_email("lin.yuan@example.com") == "l***@example.com"
    assert mask_email("l@example.com") == "l***@example.com"
    assert mask_email("nobody") == mask_email("@example.com") == "***"


def test_random_text_is_long_enough_and_never_the_same() -> None:
    made = {random(24) for _ in range(100)}

    assert len(made) == 100
    assert all(len(text) == 24 and text.isascii() and text.isalnum() for text in made)
    assert random(0) == ""

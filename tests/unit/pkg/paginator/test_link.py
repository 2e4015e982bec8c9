from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.paginator import CursorPager, Pager, link_header, with_query

UNSAFE = set(' "<>\r\n\\^`{|}\0')


@pytest.mark.rule(99)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_address_breaks_out_of_a_header(path: str, value: str) -> None:
    path = path.encode("utf-8", "ignore").decode()
    value = value.encode("utf-8", "ignore").decode()
    made = with_query(f"/{path.lstrip('/')}", cursor=value)

    assert made.isascii()
    assert not UNSAFE & set(made)


def test_a_query_keeps_what_is_not_changed_in_order_and_doubled() -> None:
    made = with_query("https://x.example/a b?b=1&a=&b=2&page=3&%E4%BD%A0=%26", page=4)

    assert made.startswith("https://x.example/a%20b?")
    assert parse_qsl(urlsplit(made).query, keep_blank_values=True) == [
        ("b", "1"),
        ("a", ""),
        ("b", "2"),
        ("你", "&"),
        ("page", "4"),
    ]


def test_a_numbered_page_links_to_its_neighbours_and_the_ends() -> None:
    pager: Pager = {
        "page": 2,
        "per_page": 3,
        "total_page": 3,
        "total_count": 7,
        "next_page_url": "/u?page=3",
        "prev_page_url": "/u?page=1",
    }

    assert link_header(pager, "/u?page=2") == (
        '</u?page=1>; rel="first", </u?page=1>; rel="prev", '
        '</u?page=3>; rel="next", </u?page=3>; rel="last"'
    )


def test_a_cursor_page_links_where_its_cursors_lead() -> None:
    pager: CursorPager = {
        "per_page": 3,
        "next_cursor": "abc",
        "prev_cursor": None,
        "has_more": True,
    }

    assert link_header(pager, "/u?cursor=x&q=1") == '</u?q=1&cursor=abc>; rel="next"'
    assert link_header({**pager, "next_cursor": None, "has_more": False}, "/u") == ""

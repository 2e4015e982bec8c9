"""Addresses of neighbouring pages, and the header that names them."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from typing_extensions import TypeIs

from pkg.paginator.page import CursorPager, Pager

PATH_SAFE = "/%:@!$&'()*+,;=~-._"  # RFC 3986 3.3; `%`, since what is escaped stays escaped


def with_query(url: str, **changes: str | int) -> str:
    """Answers *url* with these fields of the query set and the others as they were.

    The answer is ASCII without a space, quote, angle bracket or line break, so it may stand in a
    header.
    """
    parts = urlsplit(url)
    kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k not in changes]
    query = urlencode([*kept, *changes.items()])
    return urlunsplit((parts.scheme, parts.netloc, quote(parts.path, safe=PATH_SAFE), query, ""))


def link_header(pager: Pager | CursorPager, url: str) -> str:
    """Answers the value of `Link` (RFC 8288) for a page that stands at *url*; "" for a lone one."""
    targets = _numbers(pager, url) if _is_numbered(pager) else _cursors(pager, url)
    return ", ".join(f'<{target}>; rel="{rel}"' for rel, target in targets.items() if target)


def _is_numbered(pager: Pager | CursorPager) -> TypeIs[Pager]:
    return "page" in pager


def _numbers(pager: Pager, url: str) -> dict[str, str | None]:
    if pager["total_page"] < 2:
        return {}
    return {
        "first": with_query(url, page=1),
        "prev": pager["prev_page_url"],
        "next": pager["next_page_url"],
        "last": with_query(url, page=pager["total_page"]),
    }


def _cursors(pager: CursorPager, url: str) -> dict[str, str | None]:
    before, after = pager["prev_cursor"], pager["next_cursor"]
    return {
        "prev": with_query(url, cursor=before) if before else None,
        "next": with_query(url, cursor=after) if after else None,
    }

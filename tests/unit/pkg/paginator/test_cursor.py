from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.paginator import BadCursor, Cursors, Position

CURSORS = Cursors(b"k" * 32)
VALUES = st.lists(
    st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.datetimes(timezones=st.just(UTC)),
    max_size=4,
).map(tuple)
POSITIONS = st.builds(Position, st.sampled_from(["next", "prev"]), VALUES)


@given(POSITIONS, st.text())
def test_a_cursor_reads_as_it_was_made(position: Position, list: str) -> None:
    cursor = CURSORS.make(position, list=list)

    assert CURSORS.read(cursor, list=list) == position
    assert cursor.isascii()
    assert all(sign.isalnum() or sign in "-_" for sign in cursor)


@given(POSITIONS, st.data())
def test_a_cursor_altered_anywhere_is_refused(position: Position, data: st.DataObject) -> None:
    cursor = CURSORS.make(position, list="users")
    at = data.draw(st.integers(0, len(cursor) - 1))
    sign = data.draw(st.sampled_from("Aa0-_=.é"))
    for altered in (cursor[:at] + sign + cursor[at + 1 :], cursor[:at], cursor + sign):
        if altered != cursor:
            with pytest.raises(BadCursor):
                CURSORS.read(altered, list="users")


@given(st.text(max_size=200) | st.text("abcXYZ019-_", min_size=20, max_size=80))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        CURSORS.read(text, list="users")


def test_a_cursor_serves_one_list_and_one_key() -> None:
    cursor = CURSORS.make(Position("next", (7,)), list="users|-id")

    for reader, list in ((CURSORS, "users|id"), (CURSORS, ""), (Cursors(b"x" * 32), "users|-id")):
        with pytest.raises(BadCursor):
            reader.read(cursor, list=list)


def test_an_endless_cursor_is_not_even_decoded() -> None:
    with pytest.raises(BadCursor):
        CURSORS.read("A" * 1_000_000, list="users")


def test_a_moment_keeps_its_instant_and_its_microseconds() -> None:
    at = datetime(2026, 11, 24, 9, 30, 0, 123_456, tzinfo=timezone(timedelta(hours=8)))
    cursor = CURSORS.make(Position("prev", (at, 1)), list="")

    assert CURSORS.read(cursor, list="").values == (at, 1)

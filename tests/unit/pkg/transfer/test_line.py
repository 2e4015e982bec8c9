from __future__ import annotations

import json
import math
import random
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.migrate.table import Kind
from pkg.transfer import Column, Sum
from pkg.transfer.line import Lines, document, exact, identified

VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "big": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.integers(0, 1),
    "double": st.floats(allow_nan=False),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False).map(exact),
    "text": st.text(),
    "binary": st.binary(),
    "moment": st.datetimes(timezones=st.just(UTC)),
    "date": st.dates(),
    "uuid": st.uuids().map(str),
}
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)  # fmt: skip


@given(st.fixed_dictionaries({kind: st.none() | values for kind, values in VALUES.items()}))
def test_a_row_survives_its_line(values: dict[Kind, Any]) -> None:
    lines = Lines([Column(kind, kind) for kind in values])
    row = [*values.values()]

    (line,) = lines.encode([row])

    assert b"\n" not in line
    assert lines.decode(line) == row
    assert isinstance(json.loads(line), list)


@given(
    st.decimals(allow_nan=False, allow_infinity=False)
    | st.just(Decimal("1" * 60 + "." + "25" * 15))
)
def test_no_digit_of_a_decimal_is_lost(value: Decimal) -> None:
    assert Decimal(exact(value)) == value


@pytest.mark.parametrize(
    "value",
    [datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1), UUID(int=1), b"x", math.inf, Decimal(1)],
)
def test_what_a_line_could_not_give_back_is_refused(value: object) -> None:
    unknown = Lines([Column("odd", None)])

    with pytest.raises(TypeError, match="is nothing that JSON gives back"):
        unknown.encode([[value]])


def test_what_has_no_kind_and_is_plain_survives() -> None:
    lines, row = Lines([Column("odd", None)]), [["a", [1, None]]]

    (line,) = lines.encode([row])

    assert lines.decode(line) == row


@given(st.lists(st.binary(), max_size=20), st.randoms(use_true_random=False))
def test_a_sum_is_that_of_its_lines_in_any_order_and_any_pieces(
    lines: list[bytes], dice: random.Random
) -> None:
    whole = Sum()
    whole.add(lines)

    shuffled = dice.sample(lines, len(lines))
    cut = dice.randint(0, len(lines))
    parts = Sum()
    parts.add(shuffled[:cut])
    parts = Sum(parts.rows, parts.checksum)  # put away and taken up again
    parts.add(shuffled[cut:])

    assert parts == whole
    assert len(whole.checksum) == 32


def test_a_sum_sees_a_row_more_a_row_less_and_a_row_twice() -> None:
    def of(*lines: bytes) -> Sum:
        total = Sum()
        total.add(lines)
        return total

    assert len({(one.rows, one.checksum) for one in (
        of(), of(b"a"), of(b"a", b"a"), of(b"b"), of(b"a", b"b"), of(b"ab"), of(b"")
    )}) == 7  # fmt: skip
    assert of(b"a") != object()


@given(DOCUMENTS)
def test_a_document_is_spelled_alike_however_it_was_written(value: Any) -> None:
    spelled = document(json.dumps(value, indent=2))

    assert document(spelled) == spelled
    assert json.loads(spelled) == value


def test_numbers_of_a_document_are_what_they_are_worth() -> None:
    assert document('{"b": [1.0, 1e2, 0.50], "a": -0.0}') == '{"a":0,"b":[1,100,0.5]}'
    assert document('"\\ud800"') == '"\\ud800"'  # half a pair: no UTF-8, and yet JSON


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{", ""])
def test_what_is_no_json_is_no_document(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|Expecting"):
        document(text)


def test_floats_that_json_has_no_word_for_are_kept() -> None:
    lines = Lines([Column("float", "double")])

    encoded = lines.encode([[math.inf], [-math.inf], [math.nan], [-0.0]])

    assert encoded == [b'["inf"]', b'["-inf"]', b'["nan"]', b"[0.0]"]
    assert lines.decode(encoded[0]) == [math.inf]


def test_decimals_and_uuids_have_one_spelling() -> None:
    assert exact("12.30") == exact(Decimal("12.3")) == "12.3"
    assert exact("0.00") == "0"
    assert identified("12345678-9ABC-DEF0-1234-56789ABCDEF0") == identified(
        UUID("123456789abcdef0123456789abcdef0")
    )


def test_a_line_is_readable() -> None:
    columns = [Column("at", "moment"), Column("day", "date"), Column("raw", "binary")]

    encoded = Lines(columns).encode(
        [(datetime(2026, 1, 2, 3, tzinfo=UTC), date(2026, 1, 2), b"\0")]
    )

    assert encoded == [b'["2026-01-02T03:00:00+00:00","2026-01-02","AA=="]']


def test_a_value_of_another_kind_is_told() -> None:
    with pytest.raises(TypeError):
        Lines([Column("odd", None)]).encode([[object()]])

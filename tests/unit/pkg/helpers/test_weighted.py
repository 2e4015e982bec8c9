from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.helpers import weighted


def test_parts_come_best_first_and_equals_in_their_order() -> None:
    assert weighted("a;q=0.5, B, c;q=0.8, d") == [("b", 1), ("d", 1), ("c", 0.8), ("a", 0.5)]


def test_other_parameters_are_passed_over_and_a_weight_of_zero_stays() -> None:
    assert weighted("text/html;level=1;q=0.7") == [("text/html", 0.7)]
    assert weighted("a;q=0, b;q=0.000") == [("a", 0), ("b", 0)]


@pytest.mark.parametrize(
    "part", ["", ";q=1", "a;q=", "a;q=2", "a;q=-1", "a;q=nan", "a;q=0.1234", "a;q=1.001", "a;q=1e0"]
)
def test_a_malformed_part_is_left_out(part: str) -> None:
    assert weighted(f"x, {part}") == [("x", 1)]


@given(st.text(max_size=100) | st.text("ab;q=0.1, ", max_size=100))
def test_any_header_ends_in_weights_between_none_and_one(header: str) -> None:
    found = weighted(header)

    assert all(0 <= weight <= 1 and value for value, weight in found)
    assert [weight for _, weight in found] == sorted((w for _, w in found), reverse=True)


def test_a_header_is_read_only_so_far() -> None:
    assert len(weighted("a," * 100_000)) == 32
    assert weighted("a" * 100_000) == [("a" * 1024, 1)]

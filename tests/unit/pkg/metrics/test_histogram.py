from __future__ import annotations

import math
from bisect import bisect_left, bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.metrics import Histogram

VALUES = st.lists(st.floats(min_value=0, max_value=20, allow_nan=False))


def test_a_value_on_a_bound_counts_below_it() -> None:
    seen = Histogram((1, 2))

    for value in (0.5, 1, 1.5, 2, 2.5):
        seen.observe(value)

    assert seen.counts == [2, 2, 1]
    assert (seen.count, seen.sum) == (5, 7.5)


@given(VALUES)
def test_each_bound_has_all_that_lies_at_or_below_it(values: list[float]) -> None:
    seen = Histogram((0.1, 1, 10))

    for value in values:
        seen.observe(value)

    ordered = sorted(values)
    expected = [bisect_right(ordered, bound) for bound in seen.bounds]
    assert seen.cumulative() == [*expected, len(values)]


def of(*values: float) -> Histogram:
    seen = Histogram((1, 2, 4))
    for value in values:
        seen.observe(value)
    return seen


def test_what_came_between_two_states_is_their_difference() -> None:
    earlier, later = of(0.5, 3), of(0.5, 3, 1.5, 9)

    between = later.since(earlier)

    assert (between.counts, between.sum) == ([0, 1, 0, 1], 10.5)
    assert (later.counts, earlier.counts) == ([1, 1, 1, 1], [1, 0, 1, 0])


@given(VALUES, VALUES)
def test_two_together_are_as_if_one_had_seen_all(one: list[float], other: list[float]) -> None:
    together = of(*one).plus(of(*other))

    assert together.counts == of(*one, *other).counts
    assert together.since(of(*other)).counts == of(*one).counts


def test_two_kinds_are_never_mixed() -> None:
    with pytest.raises(ValueError, match="two kinds"):
        of(1).plus(Histogram((1, 2)))


def test_a_state_that_travelled_is_the_same_and_a_broken_one_is_refused() -> None:
    state = of(0.5, 3, 9)

    again = Histogram.of([*state.bounds], [*state.counts], state.sum)

    assert (again.bounds, again.counts, again.sum) == (state.bounds, state.counts, state.sum)
    with pytest.raises(ValueError, match="a count for each bound"):
        Histogram.of((1, 2), (1, 2), 3)


def test_nothing_has_no_mean_and_no_quantile() -> None:
    assert (Histogram().mean, Histogram().quantile(0.99)) == (None, None)
    assert of(1, 3).mean == 2


@pytest.mark.parametrize(
    ("values", "q", "found"),
    [
        ([0.5] * 100, 0.5, 0.5),  # within the first bound they are taken to lie evenly
        ([0.5] * 50 + [3] * 50, 0.75, 3.0),
        ([0.5] * 99 + [3], 0.99, 1.0),
        ([9, 9, 9], 0.99, 4),  # above the last bound only that is known
    ],
)
def test_a_quantile_lies_within_the_bounds_of_its_value(
    values: list[float], q: float, found: float
) -> None:
    assert of(*values).quantile(q) == pytest.approx(found)


@given(st.lists(st.floats(min_value=0, max_value=4), min_size=1), st.floats(0.01, 1))
def test_a_quantile_is_off_by_no_more_than_a_bucket(values: list[float], q: float) -> None:
    seen = of(*values)
    exact = sorted(values)[max(0, math.ceil(q * len(values)) - 1)]
    number = bisect_left(seen.bounds, exact)
    lowest = seen.bounds[number - 1] if number else 0

    found = seen.quantile(q)

    assert found is not None
    assert lowest <= found + 1e-9
    assert found <= seen.bounds[number] + 1e-9

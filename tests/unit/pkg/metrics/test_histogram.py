from __future__ import annotations

from bisect import bisect_right

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

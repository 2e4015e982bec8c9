from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.limiter import Limit


@pytest.mark.parametrize(
    ("text", "amount", "window", "scope"),
    [
        ("30-M", 30, 60, ""),
        ("20-S/client", 20, 1, "client"),
        ("5-H/recipient", 5, 3600, "recipient"),
        ("10-D", 10, 86_400, ""),
        ("40-2S/user", 40, 2, "user"),
        (" 1-90M ", 1, 5400, ""),
    ],
)
def test_a_limit_is_read_as_amount_window_and_scope(
    text: str, amount: int, window: int, scope: str
) -> None:
    assert Limit.parse(text) == Limit(amount, window, scope)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30",
        "M",
        "30-",
        "30-X",
        "30-m",
        "-1-M",
        "1.5-M",
        "0-M",
        "1-0M",
        "30/M",
        "30-M/",
        "30-M/A",
    ],
)
def test_what_is_no_limit_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"30-M|allows nothing"):
        Limit.parse(text)


@pytest.mark.parametrize("text", ["３0-M", "1-M\0", "9999999999-M", "1-99999D"])
def test_digits_are_ascii_and_bounded(text: str) -> None:
    with pytest.raises(ValueError, match="is no limit"):
        Limit.parse(text)


@given(
    amount=st.integers(1, 10**9 - 1),
    count=st.integers(1, 9999),
    unit=st.sampled_from([1, 60, 3600]),
    scope=st.sampled_from(["", "ip", "user"]),
)
def test_what_is_written_reads_back_the_same(
    amount: int, count: int, unit: int, scope: str
) -> None:
    limit = Limit(amount, count * unit, scope)

    assert Limit.parse(str(limit)) == limit

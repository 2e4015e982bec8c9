"""Every error carries a code, what fills its text, and when to come back."""

from __future__ import annotations

import pytest

from pkg.errors import Error, Exhausted, Misconfigured, Rejected, Unavailable


@pytest.mark.parametrize("family", [Misconfigured, Unavailable, Rejected, Exhausted])
def test_the_families_are_apart_and_under_one_root(family: type[Error]) -> None:
    others = {Misconfigured, Unavailable, Rejected, Exhausted} - {family}

    assert issubclass(family, Error)
    assert not any(issubclass(family, other) for other in others)
    assert family.code == family.__name__.lower()


def test_without_a_message_the_code_speaks() -> None:
    assert str(Rejected()) == "rejected"


def test_it_carries_when_to_come_back_and_what_fills_the_text() -> None:
    error = Exhausted("too many", retry_after=2.5, limit="login", most=5)

    assert str(error) == "too many"
    assert error.retry_after == 2.5
    assert error.params == {"limit": "login", "most": 5}

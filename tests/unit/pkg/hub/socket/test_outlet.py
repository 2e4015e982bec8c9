"""What goes out when: and what one socket that breaks costs the others of its turn, nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pkg.hub import CloseCode, Crowd, Outlet
from pkg.hub.socket.outlet import PATIENCE


class Socket:
    """Writes into *written*, or breaks when told."""

    def __init__(self, written: list[str], name: str, *, breaks: str = "") -> None:
        self.closed: tuple[int, str] | None = None
        self._written = written
        self._name = name
        self._breaks = breaks

    def flush(self) -> None:
        if self._breaks:
            raise ValueError("a bug")
        self._written.append(self._name)

    def close(self, code: int, reason: str) -> None:
        self.closed = code, reason
        if self._breaks == "and cannot be closed":
            raise ValueError("another bug")


@pytest.mark.parametrize("how", ["once", "and cannot be closed"])
def test_a_socket_that_breaks_is_closed_and_the_others_have_written(
    how: str, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[Callable[[], None]] = []
    outlet, written = Outlet(calls.append), list[str]()
    broken = Socket(written, "broken", breaks=how)
    for each in (Socket(written, "first"), broken, Socket(written, "last")):
        outlet.add(each)

    calls.pop()()

    assert written == ["first", "last"]
    assert broken.closed == (CloseCode.SERVER_ERROR, "internal")
    assert "a bug" in caplog.text
    assert not calls


class Street:
    """A crowd, its turns and its clock."""

    def __init__(self) -> None:
        self.calls: list[Callable[[], None]] = []
        self.written: list[str] = []
        self.now = 0.0
        self.crowd = Crowd(self.calls.append, lambda: self.now)

    def come(self, name: str) -> None:
        self.crowd.add(Socket(self.written, name))

    def turn(self) -> list[str]:
        """Ends a turn, and answers who has been answered in it."""
        calls, self.calls[:] = tuple(self.calls), []
        for call in calls:
            call()
        written, self.written[:] = [*self.written], []
        return written


def test_who_comes_alone_is_answered_as_soon_as_a_turn_has_passed_in_which_nobody_came() -> None:
    street = Street()

    street.come("alone")

    assert street.turn() == []
    assert street.turn() == ["alone"]
    assert not street.calls


def test_who_come_in_turn_after_turn_are_answered_together_and_in_their_order() -> None:
    street = Street()

    for name in "abc":
        street.come(name)
        assert street.turn() == []

    assert street.turn() == ["a", "b", "c"]


def test_nobody_waits_longer_than_the_patience_however_many_come() -> None:
    street = Street()
    street.come("first")
    street.turn()

    street.now = PATIENCE
    street.come("second")

    assert street.turn() == ["first", "second"]
    street.come("third")
    assert street.turn() == []
    assert street.turn() == ["third"]

"""What one socket that breaks costs the others of its turn: nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pkg.hub import CloseCode, Outlet


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

from __future__ import annotations

import sqlite3

import pytest

from pkg.errors import Unavailable
from pkg.migrate.cause import NEXT, Cause, cause_of, was_done


class State(Exception):
    """An exception as asyncpg's are."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("words")
        self.sqlstate = sqlstate


class Numbered(Exception):
    """An exception as asyncmy's are."""


Numbered.__module__ = "asyncmy.errors"


def sqlite(code: int) -> sqlite3.OperationalError:
    exc = sqlite3.OperationalError("words")
    exc.sqlite_errorcode = code
    return exc


@pytest.mark.parametrize(
    ("exc", "cause"),
    [
        (State("53100"), "full"),
        (State("08006"), "lost"),
        (State("57P01"), "lost"),
        (State("57014"), "slow"),
        (State("55P03"), "busy"),
        (State("42601"), "refused"),
        (Numbered(1114, "The table is full"), "full"),
        (Numbered(1030, "Got error 28: errno: 28"), "full"),
        (Numbered(2013, "Lost connection"), "lost"),
        (Numbered(1205, "Lock wait"), "busy"),
        (Numbered(1064, "syntax"), "refused"),
        (sqlite(sqlite3.SQLITE_FULL), "full"),
        (sqlite(sqlite3.SQLITE_BUSY), "busy"),
        (sqlite(sqlite3.SQLITE_ERROR), "refused"),
        (OSError("No space left on device"), "full"),
        (ConnectionResetError(), "lost"),
        (Unavailable("away"), "lost"),
        (ValueError("x"), "refused"),
    ],
)
def test_each_refusal_is_sorted_by_what_to_do_next(exc: Exception, cause: Cause) -> None:
    wrapped = Unavailable("ours")
    wrapped.__cause__ = exc

    assert cause_of(exc) == cause
    assert cause_of(RuntimeError(exc)) == cause  # as Tortoise wraps it
    if cause != "refused" or not isinstance(exc, ValueError):
        assert cause_of(wrapped) == cause  # as we do
    assert NEXT[cause]


@pytest.mark.parametrize(
    ("exc", "done"),
    [
        (State("42P07"), True),
        (State("42601"), False),
        (Numbered(1050, "exists"), True),
        (Numbered(1064, "syntax"), False),
        (sqlite(sqlite3.SQLITE_ERROR), False),
        (ValueError("already exists"), False),
    ],
)
def test_what_is_there_already_is_told_from_a_mistake(exc: Exception, done: bool) -> None:
    assert was_done(exc) is done
    assert was_done(RuntimeError(exc)) is done


def test_sqlite_says_in_words_that_something_is_there() -> None:
    with sqlite3.connect(":memory:") as file:
        file.execute("CREATE TABLE a (b)")
        with pytest.raises(sqlite3.OperationalError) as caught:
            file.execute("CREATE TABLE a (b)")
    file.close()

    assert was_done(caught.value)

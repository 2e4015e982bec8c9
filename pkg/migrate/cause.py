"""Why a database refused, whoever's exception says it, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pkg.errors import Unavailable

Cause = Literal["full", "busy", "slow", "lost", "refused"]
NEXT: dict[Cause, str] = {
    "full": "the disk is full: make room where the database keeps its files, and run this again",
    "busy": "another session holds what this needs: let it end, and run this again",
    "slow": "the statement took longer than the database lets one take: raise that, and run this "
    "again",
    "lost": "the connection is lost: see that the database is up, and run this again",
    "refused": "correct the file or the rows it is about, and run this again",
}
# PostgreSQL's states, MySQL's numbers, SQLite's result codes; a state also by its first letters
KNOWN: dict[Cause, frozenset[object]] = {
    "full": frozenset({"53100", 1021, 1114}),
    "busy": frozenset({"55P03", "40P01", 1205, 1213}),
    "slow": frozenset({"57014", 1969, 3024}),
    "lost": frozenset({"08", "57P", 1053, 1317, 1927, 2002, 2003, 2006, 2013, 2014, 2055}),
}
SQLITE: dict[int, Cause] = {13: "full", 5: "busy", 6: "busy", 9: "slow"}
NO_SPACE = ("No space left on device", "errno: 28", "Errcode: 28")
# "exists already" and "is gone already": PostgreSQL, MySQL, and SQLite in words
DONE = frozenset(
    {"42P07", "42701", "42710", "42703", "42P01", "42704"}
    | {1005, 1050, 1051, 1054, 1060, 1061, 1091, 1146, 1826, 3822}
)
DONE_WORDS = ("already exists", "duplicate column name", "no such table", "no such column")


def cause_of(exc: BaseException) -> Cause:
    """Sorts *exc*; what nobody can be asked about counts as lost."""
    for one in chain(exc):
        if any(text in str(one) for text in NO_SPACE):
            return "full"
        if (code := getattr(one, "sqlite_errorcode", None)) is not None:
            return SQLITE.get(code & 0xFF, "refused")
        if said := _code(one):
            return next((name for name, codes in KNOWN.items() if said & codes), "refused")
    away = any(isinstance(one, Unavailable | OSError | TimeoutError) for one in chain(exc))
    return "lost" if away else "refused"


def was_done(exc: BaseException) -> bool:
    """Tells whether what was asked for is there, or gone, already."""
    for one in chain(exc):
        if said := _code(one):
            return bool(said & DONE)
        if hasattr(one, "sqlite_errorcode"):
            return any(words in str(one) for words in DONE_WORDS)
    return False


def is_from_database(exc: BaseException) -> bool:
    """Tells whether a driver or the ORM raised it: anything else is a bug of the file."""
    from tortoise.exceptions import BaseORMException  # noqa: PLC0415  vendor: 160 ms

    return isinstance(exc, BaseORMException) or type(exc).__module__.startswith(
        ("sqlite3", "asyncpg", "asyncmy")
    )


def chain(exc: BaseException | None) -> Iterator[BaseException]:
    """Answers *exc* and those it stands for: Tortoise wraps the driver's, and so do we."""
    while exc is not None:
        yield exc
        wrapped = exc.args[0] if exc.args else None
        exc = wrapped if isinstance(wrapped, BaseException) else exc.__cause__


def _code(exc: BaseException) -> set[object]:
    """Answers a server's code: MySQL's number, or a state whole and its first letters."""
    if type(exc).__module__.startswith("asyncmy"):  # its states are too coarse
        return {exc.args[0]} if exc.args and isinstance(exc.args[0], int) else set()
    state = getattr(exc, "sqlstate", None)
    return {state, state[:2], state[:3]} if state else set()

"""Each driver's table from its vendor's errors to ours."""

from __future__ import annotations

import sqlite3

import asyncpg
import pytest
from asyncmy import errors as mysql_errors
from tortoise.exceptions import DBConnectionError, OperationalError

from pkg.database import ConstraintBroken, DatabaseUnavailable, Duplicate
from pkg.database.drivers import mysql, postgres, sqlite
from pkg.database.drivers.statements import Statements, vendor


def of_sqlite(kind: type[sqlite3.Error], code: int, text: str = "told") -> sqlite3.Error:
    exc = kind(text)
    exc.sqlite_errorcode = code
    return exc


def of_postgres(state: str) -> asyncpg.PostgresError:
    exc = asyncpg.PostgresError("told")
    exc.sqlstate = state
    return exc


@pytest.mark.parametrize(
    "code",
    [
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_BUSY_SNAPSHOT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_INTERRUPT,
    ],
)
def test_sqlite_in_trouble_is_unavailable(code: int) -> None:
    assert isinstance(sqlite.fault(of_sqlite(sqlite3.OperationalError, code)), DatabaseUnavailable)


def test_sqlites_constraints_are_told_apart() -> None:
    twice = of_sqlite(
        sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT_UNIQUE, "UNIQUE failed: users.mobile"
    )
    absent = of_sqlite(sqlite3.IntegrityError, sqlite3.SQLITE_CONSTRAINT_NOTNULL)

    found = sqlite.fault(twice)
    assert isinstance(found, Duplicate)
    assert found.on("users", "mobile")
    assert type(sqlite.fault(absent)) is ConstraintBroken


@pytest.mark.parametrize(
    "exc",
    [
        of_sqlite(sqlite3.OperationalError, sqlite3.SQLITE_ERROR),
        sqlite3.ProgrammingError("bad parameter"),
        ValueError("a bug"),
        ZeroDivisionError(),
    ],
)
def test_what_is_no_trouble_of_sqlites_stays_what_it_is(exc: Exception) -> None:
    assert sqlite.fault(exc) is None


@pytest.mark.parametrize("state", ["08006", "53300", "57014", "57P01", "40P01", "55P03", "25006"])
def test_postgres_in_trouble_is_unavailable(state: str) -> None:
    assert isinstance(postgres.fault(of_postgres(state)), DatabaseUnavailable)


@pytest.mark.parametrize(
    "exc",
    [
        asyncpg.InterfaceError("cannot perform operation: connection is closed"),
        asyncpg.InternalClientError("cannot switch to state 15; another operation is in progress"),
        ConnectionResetError(),
        TimeoutError(),
        DBConnectionError("cannot connect"),
    ],
)
def test_a_lost_postgres_is_unavailable_however_its_client_says_so(exc: Exception) -> None:
    assert isinstance(postgres.fault(exc), DatabaseUnavailable)


def test_postgres_tells_the_key_and_the_rule_and_never_the_row() -> None:
    twice = asyncpg.UniqueViolationError("told")
    twice.constraint_name = "users_mobile_unique"
    broken = asyncpg.ForeignKeyViolationError("insert violates the rule")
    broken.detail = "Key (mobile)=(+8613800000000) is not present"

    found = postgres.fault(twice)
    assert isinstance(found, Duplicate)
    assert found.on("users", "mobile")
    assert type(told := postgres.fault(broken)) is ConstraintBroken
    assert "+86" not in str(told)


@pytest.mark.parametrize(
    "exc", [of_postgres("42P01"), asyncpg.InterfaceError("a bug"), ZeroDivisionError()]
)
def test_what_is_no_trouble_of_postgres_stays_what_it_is(exc: Exception) -> None:
    assert postgres.fault(exc) is None


@pytest.mark.parametrize(
    "exc",
    [
        mysql_errors.OperationalError(1205, "Lock wait timeout exceeded"),
        mysql_errors.OperationalError(1213, "Deadlock found"),
        mysql_errors.OperationalError(2013, "Lost connection"),
        mysql_errors.InterfaceError(0, "not connected"),
        mysql_errors.InternalError(1290, "read-only"),
        ConnectionResetError(),
        TimeoutError(),
        RuntimeError("Cannot acquire connection after closing pool"),
    ],
)
def test_mysql_in_trouble_is_unavailable(exc: Exception) -> None:
    assert isinstance(mysql.fault(exc), DatabaseUnavailable)


@pytest.mark.parametrize("key", ["users_mobile_unique", "users.users_mobile_unique"])
def test_mysql_tells_the_key_and_never_the_value(key: str) -> None:
    text = f"Duplicate entry '+8613800000000' for key '{key}'"

    found = mysql.fault(mysql_errors.IntegrityError(1062, text))

    assert isinstance(found, Duplicate)
    assert found.on("users", "mobile")
    assert "+86" not in str(found)
    other = mysql.fault(mysql_errors.IntegrityError(1452, "a foreign key constraint fails"))
    assert type(other) is ConstraintBroken


@pytest.mark.parametrize(
    "exc",
    [mysql_errors.ProgrammingError(1146, "no such table"), RuntimeError("a bug")],
)
def test_what_is_no_trouble_of_mysqls_stays_what_it_is(exc: Exception) -> None:
    assert mysql.fault(exc) is None


def test_what_tortoise_wrapped_is_looked_into() -> None:
    inner = of_postgres("53300")

    assert vendor(OperationalError(inner)) is inner
    assert vendor(inner) is inner
    assert str(vendor(OperationalError("only words"))) == "only words"


async def test_a_driver_without_a_table_is_a_bug() -> None:
    with pytest.raises(NotImplementedError):
        Statements.fault(ZeroDivisionError())
    with pytest.raises(NotImplementedError):
        await Statements().touch("SELECT 1")

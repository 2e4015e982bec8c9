from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from pkg.database import BadDatabaseUrl, locate

ROOT = Path("/srv/parley")


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite://storage/app.sqlite3", "/srv/parley/storage/app.sqlite3"),
        ("sqlite:///var/lib/app.sqlite3", "/var/lib/app.sqlite3"),
        ("sqlite://with%20space.sqlite3", "/srv/parley/with space.sqlite3"),
    ],
)
def test_a_sqlite_path_is_taken_from_the_root_unless_it_is_absolute(url: str, file: str) -> None:
    address = locate(url, ROOT)

    assert address.dialect == "sqlite"
    assert address.where == file
    assert address.credentials == {"file_path": file}


@pytest.mark.parametrize(
    ("scheme", "dialect", "port", "user"),
    [
        ("postgres", "postgres", 5432, "postgres"),
        ("postgresql", "postgres", 5432, "postgres"),
        ("mysql", "mysql", 3306, "root"),
        ("mariadb", "mysql", 3306, "root"),
    ],
)
def test_a_server_needs_no_more_than_a_name(
    scheme: str, dialect: str, port: int, user: str
) -> None:
    address = locate(f"{scheme}:///chat", ROOT)

    assert address.dialect == dialect
    assert address.where == f"{dialect}://127.0.0.1:{port}/chat"
    assert address.credentials == {
        "host": "127.0.0.1",
        "port": port,
        "user": user,
        "password": "",
        "database": "chat",
    }


def test_every_part_may_be_given_and_is_decoded() -> None:
    address = locate("postgres://an%40n:p%2Fw%3A%3F@db.example.com:6000/my%2Dchat", ROOT)

    assert address.credentials == {
        "host": "db.example.com",
        "port": 6000,
        "user": "an@n",
        "password": "p/w:?",
        "database": "my-chat",
    }


def test_neither_password_nor_user_is_in_what_may_be_shown() -> None:
    address = locate("mysql://ann:hunter2@db/chat", ROOT)

    assert "hunter2" not in f"{address} {address!r} {address.where}"
    assert "ann" not in f"{address} {address!r} {address.where}"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "must begin with"),
        ("app.sqlite3", "must begin with"),
        ("oracle://db/chat", "must begin with"),
        ("sqlite://", "no file"),
        ("sqlite://storage/", "no file"),
        ("sqlite://:memory:", "in-memory"),
        ("sqlite://app.sqlite3?synchronous=OFF", "DATABASE_SYNCHRONOUS"),
        ("postgres://db", "no database"),
        ("postgres://db/", "no database"),
        ("mysql://db/one/two", "no database"),
        ("mysql://db:70000/chat", "port"),
        ("mysql://db:x/chat", "port"),
        ("postgres://db/chat?sslmode=prefer", "ssl in DATABASE_URL"),
        ("postgres://db/chat?ssl=", "ssl in DATABASE_URL"),
        ("postgres://db/chat?pool=5", "'pool'"),
    ],
)
def test_a_url_that_names_no_database_is_told_by_what_is_wrong(url: str, told: str) -> None:
    with pytest.raises(BadDatabaseUrl, match=told):
        locate(url, ROOT)


@pytest.mark.parametrize("url", ["oracle://ann:hunter2@db/chat", "mysql://ann:hunter2@db:x/chat"])
def test_a_refused_url_is_not_quoted(url: str) -> None:
    with pytest.raises(BadDatabaseUrl) as caught:
        locate(url, ROOT)

    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("mode", ["disable", "require", "verify-full"])
@pytest.mark.parametrize("option", ["ssl", "sslmode"])
def test_postgres_reads_the_mode_itself(option: str, mode: str) -> None:
    assert locate(f"postgres://db/chat?{option}={mode}", ROOT).credentials["ssl"] == mode


def test_mysql_gets_a_context_that_checks_as_the_mode_says() -> None:
    checked = locate("mysql://db/chat?ssl=verify-full", ROOT).credentials["ssl"]
    unchecked = locate("mysql://db/chat?ssl=require", ROOT).credentials["ssl"]

    assert checked.verify_mode is ssl.CERT_REQUIRED
    assert checked.check_hostname
    assert unchecked.verify_mode is ssl.CERT_NONE
    assert locate("mysql://db/chat?ssl=disable", ROOT).credentials["ssl"] is None

"""Reads `DATABASE_URL`: which dialect, which driver, which credentials."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from pkg.database.errors import BadDatabaseUrl

Dialect = Literal["sqlite", "postgres", "mysql"]

SCHEMES: Mapping[str, Dialect] = {
    "sqlite": "sqlite",
    "postgres": "postgres",
    "postgresql": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
}
PORTS: Mapping[Dialect, int] = {"postgres": 5432, "mysql": 3306}
Ssl = Literal["disable", "require", "verify-full"]


@dataclass(frozen=True, slots=True)
class Address:
    """A database's place. *where* may be shown; *credentials* may not."""

    dialect: Dialect
    where: str
    credentials: Mapping[str, Any] = field(repr=False)


def locate(url: str, root: Path) -> Address:
    """Reads *url*; a relative SQLite path is taken from *root*.

    Raises:
        BadDatabaseUrl: unknown scheme, no path, an option nobody reads, or an in-memory SQLite.
    """
    scheme = url.partition("://")[0]
    if scheme not in SCHEMES:
        known = ", ".join(sorted(SCHEMES))
        raise BadDatabaseUrl(f"DATABASE_URL must begin with one of: {known}, then ://")
    if SCHEMES[scheme] == "sqlite":
        return _file(url, root)
    return _server(SCHEMES[scheme], url)


def _file(url: str, root: Path) -> Address:
    path, mark, _ = url.removeprefix("sqlite://").partition("?")
    if mark:
        raise BadDatabaseUrl("a SQLite URL takes no options: set DATABASE_SYNCHRONOUS and its kin")
    if ":memory:" in path:
        raise BadDatabaseUrl(
            "an in-memory SQLite is lost when its connection closes, and no second process sees "
            "it: name a file, in a temporary folder if it may go"
        )
    if not path or path.endswith("/"):
        raise BadDatabaseUrl("DATABASE_URL names no file: sqlite://storage/app.sqlite3 would")
    file = root / unquote(path)  # an absolute path wins over root
    return Address("sqlite", str(file), {"file_path": str(file)})


def _server(dialect: Dialect, url: str) -> Address:
    parts = urlsplit(url)
    database = unquote(parts.path.lstrip("/"))
    try:
        port = parts.port or PORTS[dialect]
    except ValueError:
        raise BadDatabaseUrl("the port in DATABASE_URL is no number up to 65535") from None
    if not database or "/" in database:
        raise BadDatabaseUrl(f"DATABASE_URL names no database: {dialect}://host/name would")
    host = parts.hostname or "127.0.0.1"
    credentials: dict[str, Any] = {
        "host": host,
        "port": port,
        "user": unquote(parts.username or ("postgres" if dialect == "postgres" else "root")),
        "password": unquote(parts.password or ""),
        "database": database,
    }
    if tls := _ssl(parts):
        credentials["ssl"] = tls if dialect == "postgres" else _context(tls)
    return Address(dialect, f"{dialect}://{host}:{port}/{database}", credentials)


def _ssl(parts: SplitResult) -> Ssl | None:
    options = parse_qs(parts.query, keep_blank_values=True)
    given = options.pop("ssl", options.pop("sslmode", None))
    if options:
        raise BadDatabaseUrl(f"DATABASE_URL knows no option {min(options)!r}, only ssl")
    if given is None:
        return None
    for known in get_args(Ssl):
        if given[-1] == known:
            return known  # type: ignore[no-any-return]
    raise BadDatabaseUrl(f"ssl in DATABASE_URL is one of: {', '.join(get_args(Ssl))}")


def _context(mode: Ssl) -> ssl.SSLContext | None:
    if mode == "disable":
        return None
    context = ssl.create_default_context()
    if mode == "require":  # encrypted, but anybody's certificate will do: as libpq reads it
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context

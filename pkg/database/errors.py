"""What a database may answer instead of rows."""

from __future__ import annotations

from tortoise.exceptions import IntegrityError

from pkg.errors import Misconfigured, Rejected, Unavailable


class DatabaseUnavailable(Unavailable):
    """The database is away, full, locked or too slow; the same call may work later."""

    code = "store.unavailable"


class ConstraintBroken(Rejected, IntegrityError):
    """A row breaks a rule of its table: a missing parent, an absent value.

    It is Tortoise's IntegrityError too, so that `get_or_create` and its kin go on working.
    """

    code = "store.constraint"


class Duplicate(ConstraintBroken):
    """A row that must be unique is there already.

    The message names the key and never the value, which may be somebody's mobile.
    """

    code = "store.duplicate"

    def __init__(self, key: str) -> None:
        super().__init__(f"a row with this {key} is there already")
        self.key = key

    def on(self, table: str, *columns: str) -> bool:
        """Tells whether it is *table*'s unique key over *columns* that refused.

        SQLite names the columns, the servers the key, as `pkg.migrate` has called it.
        """
        named = ", ".join(f"{table}.{column}" for column in columns)
        return self.key in {named, "_".join((table, *columns, "unique"))}


class BadDatabaseUrl(Misconfigured):
    """`DATABASE_URL` names no database this project can open."""

    code = "database.url"

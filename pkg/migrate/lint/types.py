"""What a change of type costs: which ones lose, which ones write the table anew."""

from __future__ import annotations

from pkg.migrate.lint.act import Field

# Each family from narrow to wide.
WIDTHS = (
    ("SMALLINT", "INTEGER", "BIGINT"),
    ("CHAR", "VARCHAR", "TEXT", "MEDIUMTEXT", "LONGTEXT"),
    ("REAL", "DOUBLE", "DOUBLE PRECISION"),
    ("BLOB", "MEDIUMBLOB", "LONGBLOB"),
    ("BYTEA",),
    ("DATE", "DATETIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"),
)
UNBOUND = ("VARCHAR", "NUMERIC", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")  # without a size: any
BYTES = 4  # a character of utf8mb4, which is what the builder makes


def alike(old: Field, new: Field) -> bool:
    """Tells whether the two have one type; INT(11) is INT."""
    if old.type != new.type or old.values != new.values or "CHARSET" in new.marks:
        return False
    return old.size == new.size or new.type in ("SMALLINT", "INTEGER", "BIGINT")


def narrower(old: Field, new: Field) -> bool:
    """Tells whether a value of *old* may not fit *new*, or means something else there."""
    if old.type == new.type:
        return _shorter(old, new) or bool(set(old.values) - set(new.values))
    for family in WIDTHS:
        if old.type in family and new.type in family:
            return family.index(new.type) < family.index(old.type)
    return True


def written_anew(old: Field, new: Field, using: str) -> bool:
    """Tells whether PostgreSQL writes the table anew; only casts that keep the bytes do not."""
    if using and not using.startswith((f"{old.name} ::", f"{old.name.upper()} ::")):
        return True
    if alike(old, new):
        return False
    if old.type in ("VARCHAR", "TEXT") and new.type == "TEXT":
        return False
    if old.type == new.type == "NUMERIC" and new.size:
        return not old.size or old.size[1:] != new.size[1:] or new.size < old.size
    if old.type == "TEXT" and new.type == "VARCHAR":
        return bool(new.size)
    return old.type != new.type or new.type not in UNBOUND or _shorter(old, new)


def grows(old: Field, new: Field) -> bool:
    """Tells whether a VARCHAR only gets longer."""
    return old.type == new.type == "VARCHAR" and bool(old.size) and new.size > old.size


def longer_length(old: Field, new: Field, *, mariadb: bool) -> bool:
    """Tells whether growing takes a second byte for the length, so that each row changes."""
    before, after = old.size[0] * BYTES, new.size[0] * BYTES
    if mariadb:  # it notes a length of up to 127 bytes so that it may grow
        return 128 <= before <= 255 < after
    return before <= 255 < after


def appends(old: Field, new: Field) -> bool:
    """Tells whether an ENUM or SET only gets values at its end."""
    return bool(old.values) and new.values[: len(old.values)] == old.values


def _shorter(old: Field, new: Field) -> bool:
    if not new.size or new.type in ("SMALLINT", "INTEGER", "BIGINT"):
        return False
    if not old.size and old.type in UNBOUND:
        return True
    return any(after < before for before, after in zip(old.size, new.size, strict=False))

"""Stores in the database: cached values, one-time things, and the database's own settings."""

from __future__ import annotations

from tortoise import BaseDBAsyncClient

from pkg.migrate import Schema, table

RUN_IN_TRANSACTION = True
EPOCH = {
    "sqlite": "lower(hex(randomblob(16)))",
    "postgres": "replace(gen_random_uuid()::text, '-', '')",
    "mysql": "replace(uuid(), '-', '')",
}


async def upgrade(db: BaseDBAsyncClient) -> str:
    schema = Schema(db)
    for name in ("cache_entries", "one_time_entries"):
        schema.create_table(
            name,
            table.string("entry_key", 190),
            table.binary("entry_value"),
            table.double("expires_at", null=True),  # seconds since 1970, UTC
            table.primary("entry_key"),
            table.index("expires_at"),
        )
    schema.create_table(
        "settings", table.string("name", 64), table.text("value"), table.primary("name")
    )
    schema.run(
        f"INSERT INTO settings (name, value) VALUES ('epoch', {EPOCH[schema.dialect]})"  # noqa: S608
    )
    return schema.sql()


async def downgrade(db: BaseDBAsyncClient) -> str:
    schema = Schema(db)
    for name in ("settings", "one_time_entries", "cache_entries"):
        schema.drop_table(name)
    return schema.sql()

"""Until when an account is closed: null where nobody said, which is for ever."""

from __future__ import annotations

from tortoise import BaseDBAsyncClient

from pkg.migrate import Schema, table

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    schema = Schema(db)
    schema.add_column("users", table.moment("disabled_until", null=True))
    return schema.sql()


async def downgrade(db: BaseDBAsyncClient) -> str:
    schema = Schema(db)
    await schema.drop_column("users", "disabled_until")
    return schema.sql()

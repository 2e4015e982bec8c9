"""What nodes answer when a console asks them; empty while nobody does."""

from __future__ import annotations

from tortoise import BaseDBAsyncClient

from pkg.migrate import Schema, table

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    schema = Schema(db)
    schema.create_table(
        "node_answers",
        table.id(),
        table.string("question", 32),
        table.string("node", 32),
        table.text("body"),
        table.moment("at", default=table.NOW),
        table.index("question"),
    )
    return schema.sql()


async def downgrade(db: BaseDBAsyncClient) -> str:
    schema = Schema(db)
    schema.drop_table("node_answers")
    return schema.sql()

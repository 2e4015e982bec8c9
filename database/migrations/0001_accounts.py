"""Accounts: users, their sessions, what is told to all nodes and what is kept for the record."""

from __future__ import annotations

from tortoise import BaseDBAsyncClient

from pkg.migrate import Schema, table

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    schema = Schema(db)
    schema.track()
    schema.create_table(
        "users",
        table.id(),
        *table.timestamps(),
        table.string("name", 64, null=True),
        table.string("name_key", 190, null=True),
        table.string("password", 255, null=True),
        table.string("mobile", 16, null=True),
        table.moment("mobile_verified_at", null=True),
        table.string("email", 254, null=True),
        table.moment("email_verified_at", null=True),
        table.string("nickname", 64, default=""),
        table.string("gender", 8, default="unknown"),
        table.small("type", default=0),
        table.big("exp", default=0),
        table.date("birthday", null=True),
        table.string("avatar", 255, default=""),
        table.string("locale", 16, default=""),
        table.boolean("is_admin", default=False),
        table.moment("login_at", null=True),
        table.moment("disabled_at", null=True),
        table.unique("name_key"),
        table.unique("mobile"),
        table.unique("email"),
    )
    schema.create_table(
        "sessions",
        table.id(),
        *table.timestamps(),
        table.big("user_id"),
        table.string("kind", 8),
        table.string("scheme", 32, default=""),
        table.string("secret_hash", 64),
        table.string("previous_hash", 64, null=True),
        table.moment("rotated_at", null=True),
        table.string("device_name", 128, default=""),
        table.string("ip", 45, default=""),
        table.string("user_agent", 512, default=""),
        table.moment("last_seen_at", null=True),
        table.moment("confirmed_at", null=True),
        table.moment("idle_expires_at"),
        table.moment("expires_at"),
        table.moment("revoked_at", null=True),
        table.string("reason", 32, null=True),
        table.foreign("user_id", "users"),
        table.unique("secret_hash"),
        table.index("previous_hash"),
        table.index("expires_at"),
    )
    schema.create_table(
        "signals",
        table.id(),
        table.string("kind", 32),
        table.string("subject", 190),
        table.moment("at", default=table.NOW),
        table.index("at"),
    )
    schema.create_table(
        "audit_events",
        table.id(),
        table.string("kind", 64),
        table.big("user_id", null=True),
        table.big("session_id", null=True),
        table.string("ip", 45, default=""),
        table.string("device_name", 128, default=""),
        table.string("user_agent", 512, default=""),
        table.json("detail"),
        table.moment("created_at", default=table.NOW),
        table.index("user_id", "created_at"),
        table.index("created_at"),
    )
    return schema.sql()


async def downgrade(db: BaseDBAsyncClient) -> str:
    schema = Schema(db)
    for name in ("audit_events", "signals", "sessions", "users"):
        schema.drop_table(name)
    return schema.sql()

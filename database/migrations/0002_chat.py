"""Conversations, their members and messages; the lobby is there from the start."""

from __future__ import annotations

from tortoise import BaseDBAsyncClient

from pkg.migrate import Schema, table

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    schema = Schema(db)
    schema.create_table(
        "conversations",
        table.id(),
        *table.timestamps(),
        table.string("kind", 8),
        table.string("direct_key", 64, null=True),
        table.string("title", 128, default=""),
        table.string("avatar", 255, default=""),
        table.big("owner_id", null=True),
        table.big("last_seq", default=0),
        table.foreign("owner_id", "users", on_delete="set null"),
        table.unique("direct_key"),
    )
    schema.create_table(
        "members",
        table.id(),
        *table.timestamps(),
        table.big("conversation_id"),
        table.big("user_id"),
        table.string("role", 8, default="member"),
        table.big("read_seq", default=0),
        table.big("delivered_seq", default=0),
        table.big("joined_seq", default=0),
        table.moment("muted_until", null=True),
        table.foreign("conversation_id", "conversations"),
        table.foreign("user_id", "users"),
        table.unique("conversation_id", "user_id"),
        table.index("user_id"),  # a welcome asks for all of somebody's
    )
    # No reference to users: the log outlives an account, and the hub checks who sends.
    schema.create_table(
        "messages",
        table.big("conversation_id"),
        table.big("seq"),
        table.string("ref", 64),
        table.big("sender_id"),
        table.text("content"),
        table.string("content_type", 32, default="text"),
        table.big("reply_to", null=True),
        table.text("search_text", null=True),
        table.integer("rev", default=0),
        table.moment("created_at", default=table.NOW),
        table.moment("edited_at", null=True),
        table.moment("recalled_at", null=True),
        table.primary("conversation_id", "seq"),
        table.foreign("conversation_id", "conversations"),
        table.unique("conversation_id", "sender_id", "ref"),
    )
    schema.run("INSERT INTO conversations (id, kind, title) VALUES (1, 'lobby', 'Lobby')")
    if schema.dialect == "postgres":  # an id given by hand does not move the sequence
        schema.run("SELECT setval(pg_get_serial_sequence('conversations', 'id'), 1)")
    return schema.sql()


async def downgrade(db: BaseDBAsyncClient) -> str:
    schema = Schema(db)
    for name in ("messages", "members", "conversations"):
        schema.drop_table(name)
    return schema.sql()

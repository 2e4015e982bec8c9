"""What must reach every process."""

from __future__ import annotations

from tortoise import Model, fields


class Signal(Model):
    """A word to all nodes, written in the transaction that decides it."""

    id: int = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=32)
    subject = fields.CharField(max_length=190)
    at = fields.DatetimeField(auto_now_add=True, db_index=True)

    class Meta:
        table = "signals"

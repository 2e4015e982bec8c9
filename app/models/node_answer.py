"""What nodes say when they are asked."""

from __future__ import annotations

from tortoise import Model, fields


class NodeAnswer(Model):
    """One node's answer to one question. Whoever asked takes it away."""

    id: int = fields.BigIntField(primary_key=True)
    question = fields.CharField(max_length=32, db_index=True)
    node = fields.CharField(max_length=32)
    body = fields.TextField()  # JSON
    at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "node_answers"

"""Who did what to an account."""

from __future__ import annotations

from typing import Any

from tortoise import Model, fields


class AuditEvent(Model):
    """One line of the audit stream; it outlives the user and the session it tells of."""

    id: int = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=64)
    user_id: int | None = fields.BigIntField(null=True)
    session_id: int | None = fields.BigIntField(null=True)
    ip = fields.CharField(max_length=45, default="")
    device_name = fields.CharField(max_length=128, default="")
    user_agent = fields.CharField(max_length=512, default="")
    detail: dict[str, Any] = fields.JSONField(default=dict)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "audit_events"
        indexes = (("user_id", "created_at"), ("created_at",))

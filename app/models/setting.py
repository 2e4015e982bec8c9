"""What the database knows of itself."""

from __future__ import annotations

from tortoise import Model, fields


class Setting(Model):
    """A value by name. `epoch` names this database: a restored or replaced one gets another."""

    name = fields.CharField(max_length=64, primary_key=True)
    value = fields.TextField()

    class Meta:
        table = "settings"

"""What the database knows of itself."""

from __future__ import annotations

from tortoise import Model, fields


class Setting(Model):
    """A value by name. `epoch` names this database: a restored or replaced one gets another."""

    name = fields.CharField(max_length=64, primary_key=True)
    value = fields.TextField()

    class Meta:
        table = "settings"

    @classmethod
    async def epoch(cls) -> str:
        """Answers the database's one epoch, which the first migration made."""
        return (await cls.get(name="epoch")).value

"""The audit stream: who did what to an account."""

from __future__ import annotations

from app.container import Services
from app.models import AuditEvent
from pkg.session import Device


async def record(
    services: Services,
    kind: str,
    *,
    user_id: int | None,
    device: Device,
    session_id: int | None = None,
    **detail: str,
) -> None:
    """Writes one line, in the surrounding transaction where there is one.

    *kind* is dotted and stable, `login.refused`; *detail* holds no secret.
    """
    event = AuditEvent(
        kind=kind,
        user_id=user_id,
        session_id=session_id,
        ip=device.ip,
        device_name=device.name,
        user_agent=device.user_agent,
        detail=detail,
        created_at=services.clock.now(),
    )
    await event.save()

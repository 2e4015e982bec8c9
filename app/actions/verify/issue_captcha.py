"""A puzzle for whoever wants a code."""

from __future__ import annotations

from typing import Literal

from app.container import Services
from pkg.captcha import Issued


async def issue_captcha(services: Services, *, kind: Literal["digits", "math"]) -> Issued:
    """Draws a puzzle and keeps its answer for one check."""
    return await services.captcha.issue(kind)

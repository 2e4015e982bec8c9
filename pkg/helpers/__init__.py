from __future__ import annotations

from pkg.helpers.weighted import weighted

__all__ = ["weighted"]

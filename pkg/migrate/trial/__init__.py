from __future__ import annotations

from pkg.migrate.trial.trial import Line, Report, Trial

__all__ = ["Line", "Report", "Trial"]

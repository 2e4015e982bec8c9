from __future__ import annotations

from pkg.logger.config import LogConfig
from pkg.logger.logger import bind, configure, context, log, shutdown
from pkg.logger.outbox import Outbox

__all__ = ["LogConfig", "Outbox", "bind", "configure", "context", "log", "shutdown"]

from __future__ import annotations

from pkg.hub.bus.config import BusConfig
from pkg.hub.bus.contract import CHANNELS, BadBusUrl, Bus, BusRefused, BusUnavailable

__all__ = ["CHANNELS", "BadBusUrl", "Bus", "BusConfig", "BusRefused", "BusUnavailable"]

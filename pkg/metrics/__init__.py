from __future__ import annotations

from pkg.metrics.config import MetricsConfig
from pkg.metrics.contract import Family, Kind, Sample, Source
from pkg.metrics.histogram import Histogram
from pkg.metrics.lag import LoopLag
from pkg.metrics.metrics import MEDIA, Metrics
from pkg.metrics.process import Process

__all__ = [
    "MEDIA",
    "Family",
    "Histogram",
    "Kind",
    "LoopLag",
    "Metrics",
    "MetricsConfig",
    "Process",
    "Sample",
    "Source",
]

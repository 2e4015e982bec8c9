"""Families as the text format of Prometheus; its own client library writes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from pkg.metrics.contract import Family, Sample
from pkg.metrics.histogram import Histogram


def written(families: Iterable[Family], labels: Mapping[str, str]) -> bytes:
    """Answers the text of *families*, with *labels* on every sample.

    Raises:
        ValueError: a name that Prometheus cannot take.
    """
    made = [_metric(family, labels) for family in families]
    text: bytes = generate_latest(_Made(made))
    return text


class _Made(Collector):
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _metric(family: Family, labels: Mapping[str, str]) -> Metric:
    names = [*labels, *(family.samples[0].labels if family.samples else ())]
    kinds: dict[str, Any] = {
        "counter": CounterMetricFamily,
        "gauge": GaugeMetricFamily,
        "histogram": HistogramMetricFamily,
    }
    metric: Metric = kinds[family.kind](family.name, family.help, labels=names)
    for sample in family.samples:
        _add(metric, [*labels.values(), *sample.labels.values()], sample)
    return metric


def _add(metric: Any, labels: list[str], sample: Sample) -> None:
    if isinstance(sample.value, Histogram):
        bounds = [*(str(float(bound)) for bound in sample.value.bounds), "+Inf"]
        buckets = list(zip(bounds, sample.value.cumulative(), strict=True))
        metric.add_metric(labels, buckets, sample.value.sum)
    else:
        metric.add_metric(labels, sample.value)

"""Everything that is counted in this process, as text."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from pkg.metrics.contract import Family, Source

MEDIA = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """The sources of one application; two in one process share none.

    *labels* go on every sample: they name this node among those that answer at one address.
    """

    def __init__(self, labels: Mapping[str, str] | None = None) -> None:
        self._labels = dict(labels or {})
        self._sources: list[Source] = []

    def add(self, source: Source) -> None:
        """Has *source* asked at every look from now on."""
        self._sources.append(source)

    def families(self) -> list[Family]:
        """Answers what every source tells, in the order they were added."""
        return [family for source in self._sources for family in source.families()]

    async def text(self) -> bytes:
        """Answers the text format of Prometheus.

        The numbers are read at once, on the loop; the text, some milliseconds of CPU, is made in a
        thread.
        """
        return await asyncio.to_thread(_written, self.families(), self._labels)


def _written(families: list[Family], labels: Mapping[str, str]) -> bytes:
    from pkg.metrics.text import written  # noqa: PLC0415  vendor: 40 ms, at the first look only

    return written(families, labels)

"""Every test of the logger gets sinks of its own and leaves the process without any."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from pkg.logger import LogConfig, configure, shutdown


@dataclass(slots=True)
class Sinks:
    """What came out of the stream and of the file."""

    folder: Path
    stream: io.StringIO = field(default_factory=io.StringIO)

    def open(self, format: str = "json", *, secrets: tuple[str, ...] = (), **more: Any) -> None:
        config = LogConfig(format=format, level="DEBUG", **more)
        configure(config, folder=self.folder, stream=self.stream, secrets=secrets)

    @property
    def file(self) -> str:
        return (self.folder / "parley.log").read_text()

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()

    @property
    def last(self) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(self.lines[-1])
        return found


@pytest.fixture
def sinks(tmp_path: Path) -> Iterator[Sinks]:
    root = logging.getLogger()
    level = root.level
    try:
        yield Sinks(tmp_path / "logs")
    finally:
        shutdown()
        root.setLevel(level)

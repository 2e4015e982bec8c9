"""What a part of the application tells of itself, and how."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

from pkg.metrics.histogram import Histogram

Kind = Literal["counter", "gauge", "histogram"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One number, or a whole distribution, and the labels that tell it from its sisters."""

    value: float | Histogram
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Family:
    """The samples of one name, each with the same labels.

    *name* ends with its unit, in seconds and bytes; a counter's `_total` is put there on the way
    out. *help* is a line for people.
    """

    name: str
    kind: Kind
    help: str
    samples: tuple[Sample, ...]

    @classmethod
    def one(cls, name: str, kind: Kind, help: str, value: float | Histogram) -> Self:
        """Answers a family of a single sample without labels."""
        return cls(name, kind, help, (Sample(value),))

    @classmethod
    def by(cls, label: str, name: str, kind: Kind, help: str, values: Mapping[str, float]) -> Self:
        """Answers a family with a sample for each value of one *label*."""
        return cls(name, kind, help, tuple(Sample(n, {label: key}) for key, n in values.items()))


class Source(ABC):
    """Something that counts. It keeps plain numbers, and is asked for them when somebody looks."""

    @abstractmethod
    def families(self) -> Iterable[Family]:
        """Answers what stands now. Called on the loop: no waiting, at most a millisecond."""

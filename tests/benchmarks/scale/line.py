"""A cost in two parts, drawn through two sizes."""

from __future__ import annotations

from dataclasses import dataclass

FEW, MANY = 1, 64  # messages in a commit, and in an envelope


@dataclass(frozen=True, slots=True)
class Line:
    """What is the same whatever the number, and what is for each."""

    fixed: float
    each: float

    @classmethod
    def through(cls, few: float, many: float) -> Line:
        """Through what FEW and MANY took."""
        each = max((many - few) / (MANY - FEW), 0.0)
        return cls(max(few - each * FEW, 0.0), each)

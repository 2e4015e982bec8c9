from __future__ import annotations

from pkg.migrate.diff.choices import Choices, Problem, Rename
from pkg.migrate.diff.compare import Difference, Thing, compare, named
from pkg.migrate.diff.found import shapes_in
from pkg.migrate.diff.order import Move, SetNulls
from pkg.migrate.diff.plan import File, Plan, plan
from pkg.migrate.diff.said import Said, said
from pkg.migrate.diff.shape import Shape, Shapes
from pkg.migrate.diff.values import read_value

__all__ = [
    "Choices",
    "Difference",
    "File",
    "Move",
    "Plan",
    "Problem",
    "Rename",
    "Said",
    "SetNulls",
    "Shape",
    "Shapes",
    "Thing",
    "compare",
    "named",
    "plan",
    "read_value",
    "said",
    "shapes_in",
]

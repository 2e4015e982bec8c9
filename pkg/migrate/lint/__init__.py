from __future__ import annotations

from pkg.migrate.lint.catalogue import RULES
from pkg.migrate.lint.linter import Linter
from pkg.migrate.lint.rule import DATABASES, Database, Finding, Rule, Severity

__all__ = ["DATABASES", "RULES", "Database", "Finding", "Linter", "Rule", "Severity"]

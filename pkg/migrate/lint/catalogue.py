"""Every rule, by code."""

from __future__ import annotations

from pkg.migrate.lint.rule import Rule
from pkg.migrate.lint.rules import (
    everywhere,
    mysql_columns,
    mysql_tables,
    postgres_columns,
    postgres_tables,
    sqlite,
    statements,
)

TOPICS = (
    everywhere,
    statements,
    postgres_columns,
    postgres_tables,
    mysql_columns,
    mysql_tables,
    sqlite,
)
BY_CODE: dict[str, Rule] = {
    rule.code: rule
    for rule in sorted((rule for topic in TOPICS for rule in topic.RULES), key=lambda one: one.code)
}
RULES: tuple[Rule, ...] = tuple(BY_CODE.values())

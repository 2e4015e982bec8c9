"""Every rule of `migrate lint`, out of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from pkg.migrate.lint import RULES, Rule

PAGE = """\
# What `migrate lint` looks for

`python main.py migrate lint` reads migrations and names, for each database, what a statement
locks, whether it writes the table anew, and what it breaks or loses. It asks no server. Below is
every rule: what it finds, why that is dangerous, and the safe way in the verbs of this builder.

- *error*: rows are lost, the database refuses it, code of the release before breaks, or a lock is
  held for as long as the table is large. The command ends with 1. *warning*: it depends on the
  rows or on what runs meanwhile. *notice*: worth knowing.
- Tables that the same file makes are in nobody's use, so most rules leave them alone.
- Lock: on PostgreSQL the strongest mode taken; on MySQL and MariaDB what the server's own `LOCK=`
  would say; on SQLite *writers*, as one writer keeps out all others of the file.
- Rows: *instant* touches none, *scan* reads all, *build* reads all into an index, *rewrite*
  writes the table anew.
- `# lint: allow PG106 the table has ten rows` in or above a statement lets it pass, above
  everything in the file for all of it; the reason is not optional, and one that is not needed is
  told.

Locks, rewrites and refusals are tried on PostgreSQL 15, MariaDB 10.11 and SQLite by
`tests/contract/test_migrate_lint.py`; what is said of MySQL alone is from its manual.

Written by `make docs` from `pkg/migrate/lint/rules`: change it there.
"""
HEAD = "| Rule | Severity | What | Lock | Rows |\n|---|---|---|---|---|\n"
GROUPS = {
    "DB": "Every database",
    "PG": "PostgreSQL",
    "MY": "MySQL and MariaDB",
    "SL": "SQLite",
}
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB"}


def lint_page(rules: Sequence[Rule] = RULES) -> str:
    """Answers the page of rules: for each database a table, then each rule in full."""
    parts = [PAGE]
    for prefix, title in GROUPS.items():
        members = [rule for rule in rules if rule.code.startswith(prefix)]
        parts.append(
            f"\n## {title}\n\n| Rule | Severity | What | Lock | Rows |\n|---|---|---|---|---|\n"
        )
        parts += [_line(rule) for rule in members]
        parts += [_section(rule) for rule in members]
    return "".join(parts)


def _line(rule: Rule) -> str:
    cells = (
        f"[{rule.code}](#{rule.code.lower()})",
        rule.severity,
        rule.title,
        rule.lock,
        rule.work,
    )
    return f"| {' | '.join(cells)} |\n"


def _section(rule: Rule) -> str:
    where = ", ".join(NAMES[one] for one in rule.databases)
    source = f"\nSource: {rule.source}.\n" if rule.source else ""
    return (
        f"\n### {rule.code}\n\n**{rule.title}** ({rule.severity}; {where}). {rule.why}\n\n"
        f"Instead: {rule.recipe}\n{source}"
    )

"""migrate:lint."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from app.console.tables import pending
from app.kernel import Kernel
from pkg.console import Exit, ok
from pkg.console.options import json_option
from pkg.database import statements
from pkg.migrate.lint import DATABASES, Database, Finding, Linter, Severity

COLOURS: dict[Severity, str] = {"error": "red", "warning": "yellow", "notice": "blue"}


@click.command("migrate:lint")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--database",
    "databases",
    type=click.Choice(DATABASES),
    multiple=True,
    help="Only this one; may be given more than once. All of them otherwise.",
)
@click.option("--pending", "only_pending", is_flag=True, help="Only what is not applied yet.")
@json_option
@click.pass_context
def lint(
    ctx: click.Context,
    /,
    *,
    names: tuple[str, ...],
    databases: tuple[Database, ...],
    only_pending: bool,
    as_json: bool,
) -> None:
    """Names what is dangerous in migrations: locks, rewrites, lost rows, running code that breaks.

    It reads the files NAME, or all of them, for every database, and asks no server. With --pending
    it asks the one of this environment what is not applied. Each rule stands in
    docs/migrate-lint.md, with the safe way. `# lint: allow CODE reason` in or above a statement
    lets it pass. Ends with 1 when there are errors.
    """
    kernel: Kernel = ctx.obj
    wanted = [*names, *(pending(kernel) if only_pending else ())]
    found: list[Finding] = []
    if wanted or not only_pending:
        linter = Linter(kernel.migrations, statements)
        found = asyncio.run(linter.lint(wanted, databases=databases or DATABASES))
    if as_json:
        click.echo(json.dumps([_row(kernel, one) for one in found], ensure_ascii=False, indent=2))
    else:
        _tell(kernel, found)
    if any(one.rule.severity == "error" and not one.allowed for one in found):
        ctx.exit(Exit.FAILED)


def _tell(kernel: Kernel, found: Sequence[Finding]) -> None:
    left = [one for one in found if not one.allowed]
    for one in left:
        rule = one.rule
        severity = click.style(rule.severity, fg=COLOURS[rule.severity])
        where = ", ".join(one.databases)
        click.echo(f"{_place(kernel, one)}: {severity} {rule.code} on {where}: {rule.title}")
        click.echo(f"    {one.statement}")
        if cost := _cost(one):
            click.echo(f"    {cost}")
        click.echo(f"    why: {rule.why}\n    do:  {rule.recipe}\n")
    counts = Counter(one.rule.severity for one in left)
    told = [f"{counts[one]} {one}{'s' * (counts[one] != 1)}" for one in COLOURS if counts[one]]
    if allowed := len(found) - len(left):
        told.append(f"{allowed} allowed with a reason")
    if left:
        click.echo(", ".join(told))
    else:
        ok(", ".join(["nothing dangerous was found", *told]))


def _cost(finding: Finding) -> str:
    parts = [
        f"lock: {finding.rule.lock}" if finding.rule.lock else "",
        f"rows: {finding.rule.work}" if finding.rule.work else "",
    ]
    return "; ".join(part for part in parts if part)


def _place(kernel: Kernel, finding: Finding) -> str:
    path = Path(finding.file)
    name = path.relative_to(kernel.root) if path.is_relative_to(kernel.root) else path
    return f"{name}:{finding.line}" if finding.line else str(name)


def _row(kernel: Kernel, finding: Finding) -> dict[str, object]:
    rule = finding.rule
    return {
        "file": _place(kernel, finding).partition(":")[0],
        "line": finding.line or None,
        "code": rule.code,
        "severity": rule.severity,
        "databases": finding.databases,
        "title": rule.title,
        "statement": finding.statement,
        "lock": rule.lock or None,
        "rows": rule.work or None,
        "why": rule.why,
        "recipe": rule.recipe,
        "source": rule.source or None,
        "allowed": finding.allowed or None,
    }

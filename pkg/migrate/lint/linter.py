"""The linter: every file heard out for every database, and judged by the catalogue."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pkg.errors import Error
from pkg.migrate.contract import Dialect
from pkg.migrate.errors import UnknownMigration
from pkg.migrate.files import File, Files
from pkg.migrate.lint.act import Act
from pkg.migrate.lint.allowance import Allowance, allowances
from pkg.migrate.lint.catalogue import BY_CODE, RULES
from pkg.migrate.lint.hearing import Cut, Heard, hear
from pkg.migrate.lint.rule import DATABASES, Database, Finding, Rule, Sight
from pkg.migrate.lint.rules.statements import foreign_speech
from pkg.migrate.lint.tables import Tables


class Linter:
    """Judges the files of *package* without any database. *cut* cuts a script into statements."""

    def __init__(self, package: str, cut: Cut) -> None:
        self._files = Files(package)
        self._cut = cut

    async def lint(
        self, names: Sequence[str] = (), *, databases: Sequence[Database] = DATABASES
    ) -> list[Finding]:
        """Answers what is found in the files *names*, or in all; earlier files tell the tables.

        Raises:
            UnknownMigration: there is no such file.
        """
        every = self._files.names()
        wanted = [name.removesuffix(".py") for name in names] or every
        if unknown := [name for name in wanted if name not in every]:
            raise UnknownMigration(f"there is no file {unknown[0]}.py in {self._files.package}")
        last = max(every.index(name) for name in wanted) if wanted else -1
        files = [self._files.load(name) for name in every[: last + 1]]
        found: list[Finding] = []
        allowed = {file.name: allowances(_path(file).read_text("utf-8")) for file in files}
        for database in databases:
            tables = Tables()
            for file in files:
                tables.next_file()
                judged = await self._judge(file, database, tables)
                if file.name in wanted:
                    found += [_allowed(one, allowed[file.name]) for one in judged]
        if {*databases} == {*DATABASES}:  # on some of them an allowance may be idle rightly
            found += [
                one
                for file in files
                if file.name in wanted
                for one in _idle(file, allowed[file.name])
            ]
        return _merged(found)

    async def _judge(self, file: File, database: Database, tables: Tables) -> list[Finding]:
        dialect: Dialect = "mysql" if database == "mariadb" else database
        try:
            heard = await hear(file, dialect, self._cut, tables.said)
        except (LookupError, TypeError, ValueError, AttributeError, Error) as exc:
            return [
                Finding(
                    str(_path(file)),
                    0,
                    BY_CODE["DB904"],
                    (database,),
                    f"{type(exc).__name__}: {exc}",
                )
            ]
        if database == "sqlite":
            heard = rebuilt_by_hand(heard)
        acts = [one.act for one in heard]
        found = []
        for number, one in enumerate(heard):
            sight = Sight(database, tables, acts[:number], acts[number + 1 :], file.in_transaction)
            found += [
                Finding(str(_path(file)), one.line, rule, (database,), one.act.statement)
                for rule in broken(one.act, sight)
            ]
            tables.apply(one.act)
        return found


def broken(act: Act, sight: Sight) -> list[Rule]:
    """Answers the rules that *act* breaks."""
    if foreign_speech(act, sight):
        return [BY_CODE["DB901"]]  # what it would cost there is beside the point
    act = replace(act, table=sight.tables.of_key(act))
    new = sight.is_new(act.table)
    return [
        rule
        for rule in RULES
        if sight.database in rule.databases
        and (rule.everywhere or not new)
        and rule.found(act, sight)
    ]


def rebuilt_by_hand(heard: list[Heard]) -> list[Heard]:
    """Takes the steps of a rebuild written by hand for what they are together."""
    made = {one.act.table for one in heard if one.act.kind == "create table"}
    put = {
        one.act.to: one.act.table
        for one in heard
        if one.act.kind == "rename table" and one.act.table in made
    }
    return [
        replace(one, act=replace(one.act, kind="rebuild", options=frozenset({"REBUILD"})))
        if one.act.kind == "drop table" and one.act.table in put
        else one
        for one in heard
    ]


def _allowed(finding: Finding, allowed: list[Allowance]) -> Finding:
    # each is asked, so that each remembers that it was needed
    by = [one for one in allowed if one.covers(finding.line, finding.rule.code)]
    return replace(finding, allowed=by[0].reason) if by else finding


def _idle(file: File, allowed: list[Allowance]) -> list[Finding]:
    return [
        Finding(str(_path(file)), one.line, BY_CODE["DB903"], DATABASES, f"the comment {one.fault}")
        for one in allowed
        if one.fault
    ]


def _merged(found: list[Finding]) -> list[Finding]:
    """Answers each finding once, with all databases that it holds on, in the order of lines."""
    by_place: dict[tuple[str, int, str, bool], Finding] = {}
    for one in found:
        place = (one.file, one.line, one.rule.code, bool(one.allowed))
        other = by_place.get(place)
        databases = (*other.databases, *one.databases) if other else one.databases
        by_place[place] = replace(other or one, databases=tuple(dict.fromkeys(databases)))
    return sorted(by_place.values(), key=lambda one: (one.file, one.line, one.rule.code))


def _path(file: File) -> Path:
    return Path(inspect.getsourcefile(inspect.unwrap(file.upgrade)) or file.name)

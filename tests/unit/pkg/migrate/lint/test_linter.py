"""Files, heard out for each database: where a finding stands, and what a file allows itself."""

from __future__ import annotations

import linecache
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import get_args

import pytest

from pkg.database import statements
from pkg.migrate import change
from pkg.migrate.errors import UnknownMigration
from pkg.migrate.lint import DATABASES, Database, Finding, Linter
from pkg.migrate.lint.hearing import VERBS
from tests.contract.migrations import migration, package

MADE = (
    'schema.create_table("t", table.id(), table.integer("n", null=True), table.string("v", 20), '
    'table.big("p_id"), table.index("n"))\n'
    'schema.create_table("p", table.id())'
)
Found = Callable[..., Awaitable[list[Finding]]]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    """Lints a file with this body, after one that made the tables."""

    async def lint(
        body: str,
        *,
        databases: Sequence[Database] = DATABASES,
        in_transaction: bool = True,
        head: str = "",
    ) -> list[Finding]:
        files = {
            "0001_made": migration(MADE),
            "0002_changed": head + migration(body, in_transaction=in_transaction),
        }
        return await linted(tmp_path, files, ["0002_changed"], databases)

    return lint


async def linted(
    folder: Path,
    files: Mapping[str, str],
    names: Sequence[str] = (),
    databases: Sequence[Database] = DATABASES,
) -> list[Finding]:
    with package(folder, files) as name:
        return await Linter(name, statements).lint(names, databases=databases)


def where(findings: Sequence[Finding]) -> dict[str, tuple[str, ...]]:
    return {one.rule.code: one.databases for one in findings if not one.allowed}


async def test_a_new_table_is_nothing_to_worry_about(tmp_path: Path) -> None:
    assert await linted(tmp_path, {"0001_made": migration(MADE)}) == []


async def test_a_column_for_a_table_of_the_same_file_is_nothing_to_worry_about(
    tmp_path: Path,
) -> None:
    body = f'{MADE}\nschema.add_column("t", table.integer("m"))'

    assert await linted(tmp_path, {"0001_made": migration(body)}) == []


async def test_the_same_column_in_a_later_file_is_an_error_everywhere(found: Found) -> None:
    findings = await found('schema.add_column("t", table.integer("m"))')

    assert where(findings) == {"DB006": DATABASES}


async def test_each_database_pays_its_own_price_for_a_wider_number(found: Found) -> None:
    findings = await found('await schema.change_column("t", table.big("n", null=True))')

    assert where(findings) == {
        "PG104": ("postgres",),
        "MY201": ("mysql", "mariadb"),
        "SL301": ("sqlite",),
    }


async def test_a_longer_string_costs_a_rebuild_on_sqlite_alone(found: Found) -> None:
    findings = await found('await schema.change_column("t", table.string("v", 40))')

    assert where(findings) == {"SL301": ("sqlite",)}


async def test_a_shorter_string_loses_on_each_database(found: Found) -> None:
    findings = await found('await schema.change_column("t", table.string("v", 10))')

    assert where(findings)["DB005"] == DATABASES


async def test_a_dropped_column_is_found_where_sqlite_rebuilds_the_table(found: Found) -> None:
    findings = await found('await schema.drop_column("t", "v")')

    assert where(findings)["DB002"] == DATABASES
    assert where(findings)["SL301"] == ("sqlite",)


async def test_a_moment_of_now_is_refused_by_sqlite_alone(found: Found) -> None:
    findings = await found('schema.add_column("t", table.moment("at", default=table.NOW))')

    assert where(findings) == {"SL302": ("sqlite",)}


async def test_a_reference_and_its_index_cost_on_each_database(found: Found) -> None:
    findings = await found('await schema.add_foreign("t", table.foreign("p_id", "p"))')

    assert {*where(findings)} == {
        *("PG106", "PG109", "MY204", "MY217", "MY218", "SL301", "SL311"),
    }


async def test_a_finding_names_the_line_that_said_it(found: Found) -> None:
    body = 'schema.add_column("t", table.integer("m", null=True))\nschema.drop_table("p")'

    (finding,) = await found(body, databases=["sqlite"])

    assert "drop_table" in linecache.getline(finding.file, finding.line)
    assert finding.statement == 'DROP TABLE "p"'


async def test_statements_that_no_builder_made_are_read_too(found: Found) -> None:
    ran = await found('await db.execute_script("DELETE FROM t")')
    queried = await found('await db.execute_query("DELETE FROM t")')

    assert where(ran) == where(queried) == {"DB010": DATABASES}


async def test_a_file_as_aerich_writes_it_is_read(tmp_path: Path) -> None:
    text = "async def {}(db: object) -> str:\n    return 'DELETE FROM p; DROP TABLE t;'\n"
    files = {"0001_old": text.format("upgrade") + text.format("downgrade")}

    findings = await linted(tmp_path, files)

    assert {"DB001": DATABASES, "DB010": DATABASES}.items() <= where(findings).items()
    assert {one.line for one in findings} == {1}


async def test_what_is_not_understood_is_said(found: Found) -> None:
    findings = await found('schema.run("CALL mend()")')

    assert where(findings) == {"DB902": DATABASES}


async def test_a_file_that_needs_rows_is_said_and_the_others_are_judged(tmp_path: Path) -> None:
    files = {
        "0001_made": migration('rows = await db.execute_query_dict("SELECT 1")\nrows[0]'),
        "0002_gone": migration('schema.drop_table("t")'),
    }

    findings = await linted(tmp_path, files)

    assert where(findings) == {"DB904": DATABASES, "DB001": DATABASES}


async def test_a_reason_above_the_statement_allows_it_and_is_kept(found: Found) -> None:
    body = '# lint: allow DB001 nobody ever used it\nschema.drop_table("p")'

    (finding,) = await found(body)

    assert finding.allowed == "nobody ever used it"


async def test_a_reason_speaks_of_its_own_statement_only(found: Found) -> None:
    body = 'schema.drop_table("p")  # lint: allow DB001 never used\nschema.drop_table("t")'

    findings = await found(body, databases=["sqlite"])

    assert [one.allowed for one in findings] == ["never used", ""]


async def test_a_reason_above_everything_speaks_of_the_whole_file(found: Found) -> None:
    findings = await found(
        'schema.drop_table("p")\nschema.drop_table("t")',
        head="# lint: allow DB001, PG127 both moved to the archive\n",
    )

    assert findings
    assert where(findings).keys() <= {"MY217"}


@pytest.mark.parametrize(
    ("comment", "fault"),
    [
        ("# lint: allow DB001", "gives no reason"),
        ("# lint: allow because", "names no rule"),
        ("# lint: allow DB001, DB010 it is empty", "allows DB010"),
    ],
)
async def test_an_allowance_without_rule_reason_or_need_is_said(
    found: Found, comment: str, fault: str
) -> None:
    findings = await found(f'{comment}\nschema.drop_table("p")')

    (idle,) = [one for one in findings if one.rule.code == "DB903"]
    assert fault in idle.statement


async def test_on_one_database_an_allowance_for_another_is_not_idle(found: Found) -> None:
    body = '# lint: allow PG106 ten rows\nschema.add_key("t", table.index("v"))'

    assert where(await found(body, databases=["mysql"])) == {"MY218": ("mysql",)}


async def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnknownMigration, match="0009_none"):
        await linted(tmp_path, {"0001_made": migration(MADE)}, ["0009_none"])


async def test_a_table_made_earlier_is_known_though_only_the_later_file_is_asked_for(
    found: Found,
) -> None:
    findings = await found('await schema.change_column("t", table.integer("n", null=True))')

    assert where(findings) == {"SL301": ("sqlite",)}


def test_the_linter_knows_each_change_that_a_migration_can_say() -> None:
    assert {*VERBS} == {*get_args(change.Change)}


async def test_a_reference_over_a_column_with_a_key_brings_no_second_index(found: Found) -> None:
    findings = await found(
        'schema.add_key("t", table.index("p_id"))\n'
        'await schema.add_foreign("t", table.foreign("p_id", "p"))',
        databases=["sqlite"],
    )

    assert [one.rule.code for one in findings] == ["SL311", "SL301"]


async def test_what_is_added_online_is_found_only_inside_a_transaction(found: Found) -> None:
    body = 'schema.add_key("t", table.index("v"), online=True)'

    assert where(await found(body, databases=["postgres"])) == {"PG107": ("postgres",)}
    assert where(await found(body, databases=["postgres"], in_transaction=False)) == {}


async def test_a_check_and_a_reference_added_online_are_safe_outside_a_transaction(
    found: Found,
) -> None:
    body = (
        'schema.add_key("t", table.index("p_id"), online=True)\n'
        'await schema.add_foreign("t", table.foreign("p_id", "p"), online=True)\n'
        'await schema.add_check("t", table.check("t_n", "n > 0"), online=True)'
    )

    findings = await found(body, databases=["postgres"], in_transaction=False)

    assert where(findings) == {"DB020": ("postgres",)}


async def test_a_table_rows_are_filled_in_by_python_may_not_be_locked_meanwhile(
    found: Found,
) -> None:
    body = (
        'schema.add_column("t", table.integer("m", null=True))\n'
        'await schema.fill("t", ("m",), lambda row: {"m": 1}, reads=("n",))'
    )
    findings = await found(body, databases=["postgres"])

    assert where(findings) == {"DB009": ("postgres",), "PG126": ("postgres",)}


async def test_rows_filled_in_batches_that_commit_are_nothing_to_worry_about(found: Found) -> None:
    body = 'await schema.fill("t", ("n",), lambda row: {"n": 1}, reads=("id",))'

    assert await found(body, in_transaction=False) == []


@pytest.mark.parametrize(
    "verb",
    [
        'schema.drop_key("t", table.index("n"))',
        'await schema.rename_table("t", "u")',
        'await schema.rename_column("t", "n", "m")',
        'schema.add_key("t", table.index("v"), online=True)',
        'await schema.add_foreign("t", table.foreign("p_id", "p"), online=True)',
        'await schema.add_check("t", table.check("t_n", "n > 0"), online=True)',
        'await schema.drop_column("t", "v")',
        'await schema.change_column("t", table.text("v", null=True))',
    ],
)
async def test_what_the_builder_says_is_spelled_for_each_database(found: Found, verb: str) -> None:
    assert not {"DB901", "DB902"} & {*where(await found(verb))}

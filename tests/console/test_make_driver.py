"""make:driver: every verb of a contract, and a place in the table of its module."""

from __future__ import annotations

from pathlib import Path

import pytest

from pkg.console import Exit
from tests.console.conftest import Run
from tests.console.projects import changed, copied, files, lint, make, own_tests, tool
from tests.console.test_make_single import NEEDED
from tests.databases import kind_wanted

# The words, and what they change beside the two files they make.
DRIVERS: dict[str, list[str]] = {
    "sms/carrier": ["app/providers/sms.py", "pkg/sms/config.py"],
    "cache/etcd": ["app/container.py", "pkg/cache/config.py"],
    "limiter/etcd": ["app/container.py", "pkg/limiter/config.py"],
    "captcha/words": ["app/container.py"],
    "bus/nats": ["app/container.py", "pkg/hub/bus/config.py"],
    "mail/pigeon": [],
    "hash/scrypt": [],
    "file/s3": [],
}
KNOWN = pytest.mark.parametrize("name", DRIVERS)


@pytest.fixture(autouse=True)
def _project(root: Path) -> None:
    copied(root, "app/container.py", "app/providers", "pkg")
    (root / "main.py").write_text("print('wrote docs')\n")


@KNOWN
def test_what_is_written_is_formatted_and_clean(run: Run, root: Path, name: str) -> None:
    before = files(root)

    made = run("make:driver", name)

    assert made.exit_code == Exit.DONE, made.output
    names = changed(before, root)
    assert [one for one in names if one in before] == DRIVERS[name]
    assert len(names) == len(DRIVERS[name]) + 2
    lint(root, names)


@KNOWN
def test_undo_takes_it_back_to_the_byte(run: Run, root: Path, name: str) -> None:
    before = files(root)
    run("make:driver", name)

    assert run("undo").exit_code == Exit.DONE
    assert files(root) == before


def test_a_plan_writes_nothing(run: Run, root: Path) -> None:
    before = files(root)

    planned = run("make:driver", "sms/carrier", "--plan")

    assert "would make pkg/sms/drivers/carrier.py" in planned.stdout
    assert files(root) == before


def test_it_can_be_set_where_a_table_lists_the_drivers(run: Run, root: Path) -> None:
    run("make:driver", "sms/carrier")

    assert '        "carrier": CarrierDriver,\n' in (root / "app/providers/sms.py").read_text()
    assert 'Literal["log", "aliyun", "carrier"]' in (root / "pkg/sms/config.py").read_text()


def test_where_no_table_lists_them_that_is_told(run: Run) -> None:
    assert "no table lists drivers of pkg.mail" in run("make:driver", "mail/pigeon").stderr


@pytest.mark.rule(100)
@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("carrier", "write PKG/NAME"),
        ("sms/../x", "cannot be a name"),
        ("ghost/x", "there are bus, cache"),
        ("jwt/x", "no pkg/jwt has drivers"),
        ("sms/aliyun", "already"),
        ("sms/failover", "already"),
    ],
)
def test_what_cannot_be_is_one_message_and_no_file(
    run: Run, root: Path, name: str, problem: str
) -> None:
    before = files(root)

    refused = run("make:driver", name)

    assert refused.exit_code in {Exit.FAILED, Exit.USAGE}
    assert problem in refused.stderr
    assert files(root) == before


@pytest.mark.slow
@pytest.mark.skipif(kind_wanted() != "sqlite", reason="no database is in it: once is enough")
@pytest.mark.timeout(900)  # mypy from nothing, on a busy machine
@pytest.mark.rule(100)
def test_all_of_them_type_check_and_their_tests_say_what_is_missing(tmp_path: Path) -> None:
    project = copied(tmp_path / "project", *NEEDED)
    before = files(project)

    make(project, "make:pkg", "weather")
    for name in (*DRIVERS, "weather/station"):
        make(project, "make:driver", name)

    names = changed(before, project)
    lint(project, names)
    tool(project, "mypy", *names)
    tool(project, "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *own_tests(names))

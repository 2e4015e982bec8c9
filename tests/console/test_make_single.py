"""The generators of one thing: a file, its line in the table it belongs to, and a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from pkg.console import Exit
from tests.console.conftest import Run
from tests.console.projects import changed, copied, files, lint, make, own_tests, tool

NEEDED = (
    ".importlinter", "app", "config", "database", "docs", "main.py", "pkg", "pyproject.toml",
    "resources", "routes", "tests",
)  # fmt: skip
EVERY_KIND = (
    "title:string:40", "body:text", "author:ref:users", "status:enum:draft,live", "n:int",
    "price:decimal:10,2", "published_at:datetime?", "born:date", "data:json", "is_open:bool?",
    "token:uuid?", "rate:float",
)  # fmt: skip
# The words, and what they write.
SINGLES: dict[tuple[str, ...], list[str]] = {
    ("make:action", "talk/archive_talk"): [
        "app/actions/talk/__init__.py",
        "app/actions/talk/archive_talk.py",
        "tests/unit/app/actions/talk/test_archive_talk.py",
    ],
    ("make:controller", "v1/Report"): [
        "app/http/controllers/reports.py",
        "app/resources/report.py",
        "routes/api.py",
        "tests/feature/test_reports.py",
    ],
    ("make:apicontroller", "v1/open-days"): [
        "app/http/controllers/open_days.py",
        "app/resources/open_day.py",
        "routes/api.py",
        "tests/feature/test_open_days.py",
    ],
    ("make:request", "MoveTopic", *EVERY_KIND): [
        "app/requests/move_topic.py",
        "tests/unit/app/requests/test_move_topic.py",
    ],
    ("make:resource", "Conversation", "title:string?", "last_seq:big"): [
        "app/resources/conversation.py",
        "tests/unit/app/resources/test_conversation.py",
    ],
    ("make:policy", "Report"): [
        "app/policies/report.py",
        "tests/unit/app/policies/test_report.py",
    ],
    ("make:factory", "Member"): [
        "database/factories/__init__.py",
        "database/factories/member.py",
        "tests/unit/database/factories/test_member.py",
    ],
    ("make:seeder", "Session"): [
        "database/factories/__init__.py",
        "database/factories/session.py",
        "database/seeders/order.py",
        "database/seeders/sessions.py",
        "tests/unit/database/factories/test_session.py",
        "tests/unit/database/seeders/test_sessions.py",
    ],
    ("make:test", "app/models/session.py"): ["tests/unit/app/models/test_session.py"],
    ("make:cmd", "old_talks:archive"): [
        "app/console/commands.py",
        "app/console/old_talks_archive.py",
        "tests/console/test_old_talks_archive.py",
    ],
    ("make:middleware", "Tracing"): [
        "app/http/middleware/tracing.py",
        "app/http/pipeline.py",
        "tests/unit/app/http/test_pipeline.py",
        "tests/unit/app/http/test_tracing.py",
    ],
    ("make:middleware", "probe", "--after", "request_id", "--only-requests"): [
        "app/http/middleware/probe.py",
        "app/http/pipeline.py",
        "tests/unit/app/http/test_pipeline.py",
        "tests/unit/app/http/test_probe.py",
    ],
    ("make:frame", "pin", *EVERY_KIND): [
        "app/ws/handlers/pin.py",
        "routes/ws.py",
        "tests/ws/test_pin.py",
    ],
    ("make:frame", "nudge"): [
        "app/ws/handlers/nudge.py",
        "routes/ws.py",
        "tests/ws/test_nudge.py",
    ],
    ("make:frame", "aboutwhateverpleases", "seen:bool?", "day:date"): [
        "app/ws/handlers/aboutwhateverpleases.py",
        "routes/ws.py",
        "tests/ws/test_aboutwhateverpleases.py",
    ],
}
KNOWN = pytest.mark.parametrize("words", SINGLES, ids=lambda words: "-".join(words[:2]))


@pytest.fixture(autouse=True)
def _project(root: Path) -> None:
    """What the generators read and write, and a program that only says it was called."""
    copied(
        root, "app/console/commands.py", "app/http/pipeline.py", "app/models", "app/ws", "database",
        "routes", "tests/unit/app/http/test_pipeline.py", "tests/unit/database",
    )  # fmt: skip
    (root / "main.py").write_text("print('wrote docs')\n")


@KNOWN
def test_what_is_written_is_formatted_and_clean(
    run: Run, root: Path, words: tuple[str, ...]
) -> None:
    before = files(root)

    made = run(*words)

    assert made.exit_code == Exit.DONE, made.output
    assert changed(before, root) == SINGLES[words]
    lint(root, SINGLES[words])


@KNOWN
def test_a_plan_writes_nothing(run: Run, root: Path, words: tuple[str, ...]) -> None:
    before = files(root)

    planned = run(*words, "--plan")

    assert planned.exit_code == Exit.DONE
    for name in SINGLES[words]:
        assert f"would {'change' if name in before else 'make'} {name}" in planned.stdout
    assert files(root) == before


@KNOWN
def test_undo_takes_it_back_to_the_byte(run: Run, root: Path, words: tuple[str, ...]) -> None:
    before = files(root)
    run(*words)

    undone = run("undo")

    assert undone.exit_code == Exit.DONE, undone.output
    assert files(root) == before


@KNOWN
def test_a_second_time_is_refused_and_changes_nothing(
    run: Run, root: Path, words: tuple[str, ...]
) -> None:
    run(*words)
    before = files(root)

    refused = run(*words)

    assert refused.exit_code == Exit.FAILED
    assert "already" in refused.stderr
    assert files(root) == before


@pytest.mark.rule(100)
@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("make:action", "archive"), "write TOPIC/NAME"),
        (("make:action", "../archive"), "cannot be a name"),
        (("make:action", "chat/../../x"), "cannot be a name"),
        (("make:action", "chat/class"), "a word of Python's own"),
        (("make:controller", "reports"), "write VERSION/NAME"),
        (("make:controller", "v1/../x"), "cannot be a name"),
        (("make:controller", "v9/reports"), 'group("/api/v9"'),
        (("make:controller", "v1/users"), "already"),
        (("make:request", "a b", "n:int"), "cannot be a name"),
        (("make:request", "MoveTopic", "n:int!"), "cannot know what is unique"),
        (("make:request", "MoveTopic", "model_dump:int"), "means something else"),
        (("make:resource", "Ghost"), "there is no model Ghost"),
        (("make:policy", "import"), "a word of Python's own"),
        (("make:factory", "Ghost"), "there is no model Ghost"),
        (("make:factory", "User"), "already"),
        (("make:factory", "Setting"), "no id that the database gives"),
        (("make:seeder", "../Member"), "cannot be a name"),
        (("make:seeder", "Member"), "may share conversation_id and user_id"),
        (("make:test", "app/models/../../x.py"), "write the path of a module"),
        (("make:test", "/etc/x.py"), "write the path of a module"),
        (("make:test", "app/models/__init__.py"), "write the path of a module"),
        (("make:test", "app/models/ghost.py"), "there is no app/models/ghost.py"),
        (("make:cmd", "archive"), "write TOPIC:VERB"),
        (("make:cmd", "talks:../x"), "cannot be a name"),
        (("make:cmd", "talks:archive:all"), "cannot be a name"),
        (("make:cmd", "cache:clear"), "already"),
        (("make:cmd", "serve:twice"), "is a command already"),
        (("make:middleware", "../x"), "cannot be a name"),
        (("make:middleware", "session"), "has a stage Session already"),
        (("make:middleware", "Traffic"), "has another Traffic already"),
        (("make:middleware", "tracing", "--after", "Ghost"), "there are RequestId, ClientIp"),
        (("make:frame", "../x"), "cannot be a name"),
        (("make:frame", "typing"), "has a frame typing already"),
        (("make:frame", "socket"), "means something else here"),
        (("make:frame", "frames"), "has another frames already"),
        (("make:frame", "chat"), "already"),
        (("make:frame", "a_frame_of_21_letters"), "at most 20 letters"),
        (("make:frame", "pin", "type:string"), "type means something else in a frame"),
        (("make:frame", "pin", "n:int!"), "cannot know what is unique"),
        (("make:frame", "pin", "n:nothing"), "n:nothing"),
    ],
)
def test_what_cannot_be_is_one_message_and_no_file(
    run: Run, root: Path, words: tuple[str, ...], problem: str
) -> None:
    before = files(root)

    refused = run(*words)

    assert refused.exit_code in {Exit.FAILED, Exit.USAGE}
    assert problem in refused.stderr
    assert files(root) == before


@pytest.mark.slow
@pytest.mark.timeout(900)  # mypy from nothing, on a busy machine
@pytest.mark.rule(100)
def test_all_of_them_together_type_check_and_pass_their_own_tests(tmp_path: Path) -> None:
    project = copied(tmp_path / "project", *NEEDED)
    before = files(project)

    for words in SINGLES:
        make(project, *words)

    names = changed(before, project)
    lint(project, names)
    tool(project, "mypy", *names)
    tool(project, "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *own_tests(names))

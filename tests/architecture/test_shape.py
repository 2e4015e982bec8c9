"""Size and shape. An exception stands here with its reason, and only as long as it is one."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable, Mapping, Sequence
from statistics import median

import pytest

from tests.architecture.source import File, functions, length, parameters, sources, suite

FILE, TEST_FILE, FUNCTION, PARAMETERS, VERBS = 400, 600, 50, 5, 8
HUB_FILE = 300  # it is read as a whole

LONG_FILES: Mapping[str, str] = {}
LONG_FUNCTIONS: Mapping[str, str] = {
    "database/migrations/0001_accounts.py:upgrade": "tables, a line a column",
    "database/migrations/0002_chat.py:upgrade": "tables, a line a column",
}
MANY_PARAMETERS: Mapping[str, str] = {
    "app/http/routing.py:Reads.__call__": "a row of the table; all but two by keyword",
    "app/http/routing.py:Writes.__call__": "a row of the table; all but two by keyword",
    "pkg/hub/client.py:Client.__init__": "built in one place; all but the transport by keyword",
    "pkg/hub/commit.py:GroupCommit.__init__": "built in one place; its bounds by keyword",
    "pkg/hub/hub.py:Hub.__init__": "the container builds it; its ports by keyword",
    "pkg/hub/nodes/relay.py:Relay.__init__": "the hub builds it; its ports by keyword",
    "pkg/session/sessions.py:Sessions.__init__": "built in one place; its ports and two lives",
}
MANY_VERBS: Mapping[str, str] = {}


def over(found: Mapping[str, int], bar: int, excused: Mapping[str, str]) -> dict[str, int | str]:
    """Answers what is above *bar* without an excuse, and excuses nobody needs."""
    above: dict[str, int | str] = {
        name: size for name, size in found.items() if size > bar and name not in excused
    }
    idle = {name: "needs no exception" for name in excused if found.get(name, 0) <= bar}
    return above | idle


def measured(files: Sequence[File], measure: Callable[..., int]) -> dict[str, int]:
    """Answers the *measure* of every function by `path:name`; of twins, the larger."""
    sizes: dict[str, int] = {}
    for file in files:
        for name, function in functions(file.tree):
            key = f"{file.path}:{name}"
            sizes[key] = max(sizes.get(key, 0), measure(function))
    return sizes


def percentile(sizes: Sequence[int], part: float) -> int:
    return sorted(sizes)[int(len(sizes) * part)]


def test_no_file_is_too_long() -> None:
    assert over({file.path: file.lines for file in sources()}, FILE, LONG_FILES) == {}
    assert over({file.path: file.lines for file in suite()}, TEST_FILE, {}) == {}


def test_no_file_of_the_hub_is_too_long_to_read_at_once() -> None:
    hub = {file.path: file.lines for file in sources() if file.path.startswith("pkg/hub/")}

    assert over(hub, HUB_FILE, {}) == {}


def test_files_are_small_on_the_whole() -> None:
    sizes = [file.lines for file in sources() if not file.is_init]

    assert median(sizes) <= 120
    assert percentile(sizes, 0.9) <= 250


def test_no_function_is_too_long() -> None:
    assert over(measured(sources(), length), FUNCTION, LONG_FUNCTIONS) == {}


def test_functions_are_small_on_the_whole() -> None:
    sizes = [*measured(sources(), length).values()]

    assert median(sizes) <= 7
    assert percentile(sizes, 0.9) <= 25


def test_no_function_takes_too_much() -> None:
    counts = measured(sources(), lambda function: len(parameters(function)))

    assert over(counts, PARAMETERS, MANY_PARAMETERS) == {}


def test_a_contract_has_few_verbs() -> None:
    verbs = {name.rpartition(".")[0]: 0 for file in sources() for name, _ in _abstract(file)}
    for file in sources():
        for name, _ in _abstract(file):
            verbs[name.rpartition(".")[0]] += 1

    assert over(verbs, VERBS, MANY_VERBS) == {}


def test_every_verb_of_a_contract_says_what_it_does() -> None:
    silent = [name for file in sources() for name, said in _abstract(file) if not said]

    assert silent == []


@pytest.mark.parametrize("package", ["app", "pkg"])
def test_comments_are_neither_rare_nor_everywhere(package: str) -> None:
    files = [file for file in sources() if file.path.startswith(f"{package}/")]
    comments = sum(_comments(file.text) for file in files)

    assert 1 <= 100 * comments / sum(file.lines for file in files) <= 8


def test_a_line_of_source_has_a_line_of_test_and_not_two() -> None:
    source = sum(file.lines for file in sources())

    assert 1.0 <= sum(file.lines for file in suite()) / source <= 1.8


def _abstract(file: File) -> list[tuple[str, str | None]]:
    return [
        (f"{file.path}:{name}", ast.get_docstring(function))
        for name, function in functions(file.tree)
        for mark in function.decorator_list
        if isinstance(mark, ast.Name) and mark.id == "abstractmethod"
    ]


def _comments(text: str) -> int:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(token.type == tokenize.COMMENT for token in tokens)

from __future__ import annotations

import asyncio
import io
import logging
from datetime import datetime

import pytest
import uvicorn.config

from pkg.logger import LogConfig, bind, configure, context, log, shutdown
from pkg.logger.intercept import Intercept
from tests.unit.pkg.logger.conftest import Sinks


def test_a_json_line_says_when_how_grave_and_what(sinks: Sinks) -> None:
    sinks.open()

    bind(route="/users/{id}", status=200).warning("slow")

    assert datetime.fromisoformat(sinks.last["time"]).utcoffset() is not None
    assert sinks.last["level"] == "WARNING"
    assert sinks.last["message"] == "slow"
    assert (sinks.last["route"], sinks.last["status"]) == ("/users/{id}", 200)


def test_a_pretty_line_is_for_people(sinks: Sinks) -> None:
    sinks.open("pretty")

    bind(route="/x", many=[1, 2]).info("hello")

    assert sinks.lines[0].endswith("INFO     hello route=/x many=[1,2]")
    assert "\x1b" not in sinks.lines[0]


def test_a_terminal_gets_colours_and_a_file_none(
    sinks: Sinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    sinks.stream = Terminal()
    sinks.open("pretty")

    log.info("hello")

    assert "\x1b[36m" in sinks.stream.getvalue()
    assert "\x1b" not in sinks.file


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def fail(text: str) -> None:
    raise ValueError(text)


@pytest.mark.rule(99)
@pytest.mark.parametrize("format", ["json", "pretty"])
def test_client_text_cannot_forge_a_line(sinks: Sinks, format: str) -> None:
    sinks.open(format)

    log.info("name is {name}", name="ann\r\n12:00:00 INFO forged \x1b[2J\u2028\u202e\ud800")
    bind(**{"bad\nkey": "bad\nvalue"}).info("x")

    assert len(sinks.lines) == 2
    assert "\x1b" not in sinks.file
    assert len(sinks.file.splitlines()) == 2


@pytest.mark.rule(99)
def test_an_exceptions_text_cannot_pass_for_a_line(sinks: Sinks) -> None:
    sinks.open("pretty")

    try:
        fail("oops\n12:00:00.000 INFO     forged")
    except ValueError:
        log.exception("broke")

    head, *below = sinks.lines
    assert head.endswith("broke")
    assert all(line.startswith("  | ") for line in below)


def test_an_exception_is_in_the_json_line_whole(sinks: Sinks) -> None:
    sinks.open()

    try:
        fail("oops")
    except ValueError:
        log.exception("broke")

    assert len(sinks.lines) == 1
    assert sinks.last["exception"][-1] == "ValueError: oops"


@pytest.mark.rule(105)
def test_local_variables_are_not_printed(sinks: Sinks) -> None:
    sinks.open("pretty")

    def inner(canary: str) -> None:
        raise ValueError(len(canary))

    try:
        inner("-".join(("local", "variable")))  # noqa: FLY002  whole, the source line would show it
    except ValueError:
        log.exception("broke")

    assert "local-variable" not in sinks.stream.getvalue() + sinks.file


def test_a_field_cannot_take_a_name_of_the_line(sinks: Sinks) -> None:
    sinks.open()

    bind(level="none", time=1).info("x")

    assert sinks.last["level"] == "INFO"
    assert (sinks.last["level_"], sinks.last["time_"]) == ("none", 1)


def test_values_json_does_not_know_are_written_out(sinks: Sinks) -> None:
    sinks.open()
    deep: list[object] = []
    for _ in range(10):
        deep = [deep]

    bind(big=2**70, real=1.5, set={1}, path=object, deep=deep).info("x")

    assert sinks.last["big"] == str(2**70)
    assert sinks.last["real"] == 1.5
    assert sinks.last["set"] == [1]
    assert sinks.last["deep"] == [[[[["..."]]]]]


async def test_context_is_on_every_line_of_a_task_and_of_no_other(sinks: Sinks) -> None:
    sinks.open()
    both = asyncio.Barrier(2)

    async def request(id: str) -> None:
        with context(request_id=id):
            await both.wait()
            log.info("in {id}", id=id)

    await asyncio.gather(request("a"), request("b"))
    log.info("outside")

    found = [line for line in sinks.lines if "request_id" in line]
    assert len(found) == 2
    assert all(
        f'"in {id}"' in line for line in found for id in "ab" if f'request_id":"{id}"' in line
    )
    assert "request_id" not in sinks.last


def test_lines_below_the_level_are_not_written(sinks: Sinks) -> None:
    configure(LogConfig(level="WARNING"), stream=sinks.stream)

    log.info("no")
    log.warning("yes")

    assert len(sinks.lines) == 1


def test_configuring_again_replaces_the_sinks(sinks: Sinks) -> None:
    sinks.open()
    sinks.open()

    log.info("once")
    logging.getLogger("uvicorn.error").info("once too")

    assert len(sinks.lines) == 2


def test_after_shutdown_nothing_is_written(sinks: Sinks) -> None:
    sinks.open()

    shutdown()
    log.info("late")
    logging.getLogger("uvicorn.error").info("late")

    assert not sinks.lines


def test_uvicorn_speaks_through_us(sinks: Sinks) -> None:
    logging.getLogger("uvicorn").addHandler(logging.StreamHandler(io.StringIO()))
    sinks.open()

    uvicorn.config.Config("x", log_config=None)
    logging.getLogger("uvicorn.error").info("started on %s", "127.0.0.1")

    assert sinks.last["message"] == "started on 127.0.0.1"
    assert sinks.last["logger"] == "uvicorn.error"
    assert not logging.getLogger("uvicorn").handlers


def test_other_libraries_may_warn_but_not_chatter(sinks: Sinks) -> None:
    sinks.open()

    logging.getLogger("some.client").debug("SELECT everything")
    logging.getLogger("some.client").info("GET https://example.com/?code=1")
    logging.getLogger("some.client").warning("lost the server")

    assert [line for line in sinks.lines if "lost the server" in line] == sinks.lines


def test_a_record_whose_arguments_do_not_fit_is_still_written(sinks: Sinks) -> None:
    sinks.open()

    Intercept().emit(logging.LogRecord("x", logging.ERROR, "x", 1, "%d of %d", ("x",), None))
    assert sinks.last["message"] == "%d of %d"

    logging.getLogger("uvicorn.error").log(35, "odd level")
    assert sinks.last["message"] == "odd level"


def test_without_a_folder_or_with_file_off_there_is_no_file(sinks: Sinks) -> None:
    sinks.open(file=False)

    log.info("x")

    assert len(sinks.lines) == 1
    assert not sinks.folder.exists()

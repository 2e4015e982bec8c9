from __future__ import annotations

from pathlib import Path

import pytest

from config.log import load
from pkg.app import AppConfig
from pkg.config import Env
from pkg.logger import LogConfig


@pytest.mark.parametrize(
    ("name", "format"),
    [("local", "pretty"), ("testing", "pretty"), ("staging", "json"), ("production", "json")],
)
def test_lines_are_json_where_machines_read_them(tmp_path: Path, name: str, format: str) -> None:
    app = AppConfig.model_validate({"env": name})

    assert load(Env.load(tmp_path, environ={}), app).format == format


def test_debugging_an_application_makes_it_talk_more(tmp_path: Path) -> None:
    env = Env.load(tmp_path, environ={})
    told = Env.load(tmp_path, environ={"LOG_LEVEL": "ERROR"})

    assert load(env, AppConfig(debug=False)).level == "INFO"
    assert load(env, AppConfig(debug=True)).level == "DEBUG"
    assert load(told, AppConfig(debug=True)).level == "ERROR"


def test_what_is_set_counts(tmp_path: Path) -> None:
    env = Env.load(tmp_path, environ={"LOG_FORMAT": "json", "LOG_LEVEL": "ERROR"})

    assert load(env, AppConfig()).model_dump(include={"format", "level"}) == {
        "format": "json",
        "level": "ERROR",
    }


@pytest.mark.parametrize("text", ["error", "Error", "ERROR"])
def test_a_level_is_a_level_in_any_case(text: str) -> None:
    assert LogConfig.model_validate({"level": text}).level == "ERROR"

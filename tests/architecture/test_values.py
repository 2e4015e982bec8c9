"""Forms, configs and errors: frozen, closed, and each code once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from pkg.errors import Error
from tests.architecture.source import sources

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
FAMILIES = {"error", "misconfigured", "unavailable", "rejected", "exhausted"}


@cache
def modules() -> tuple[ModuleType, ...]:
    return tuple(import_module(file.module) for file in sources() if file.path != "main.py")


def classes(of: type[Any]) -> Iterator[type[Any]]:
    """Answers every class of ours that is an *of*."""
    for module in modules():
        for found in vars(module).values():
            if (
                isinstance(found, type)
                and issubclass(found, of)
                and found.__module__ == module.__name__  # there, and not where it is imported
            ):
                yield found


def test_every_form_and_config_is_frozen_and_closed() -> None:
    open_ones = [
        f"{model.__module__}.{model.__name__}"
        for model in classes(BaseModel)
        if model.model_config.get("extra") != "forbid" or not model.model_config.get("frozen")
    ]

    assert open_ones == []


def test_every_field_of_a_config_is_described_and_has_a_default() -> None:
    silent = [
        f"{model.__name__}.{name}"
        for model in classes(BaseModel)
        if model.__name__.endswith("Config")
        for name, field in model.model_fields.items()
        if not field.description or field.is_required()
    ]

    assert silent == []


def test_no_form_or_config_inherits_another() -> None:
    heirs = [
        model.__name__
        for model in classes(BaseModel)
        if any(base is not BaseModel for base in model.__bases__)
    ]

    assert heirs == []


def test_every_error_has_a_code_of_its_own_and_no_two_share_one() -> None:
    holders: dict[str, list[str]] = defaultdict(list)
    for error in classes(Error):
        holders[vars(error).get("code", "")].append(f"{error.__module__}.{error.__name__}")

    assert holders.pop("", []) == []
    assert {code: names for code, names in holders.items() if len(names) > 1} == {}
    assert [code for code in holders if not CODE.fullmatch(code)] == []


def test_a_secret_is_no_part_of_a_configs_repr() -> None:
    told = [
        f"{model.__name__}.{name}"
        for model in classes(BaseModel)
        for name, field in model.model_fields.items()
        if re.search(r"password|secret|(^|_)key$|verify_code|token$|answer", name)
        if field.repr and "Secret" not in str(field.annotation)
    ]

    assert told == []

"""The environment, read once into frozen models, with every fault told at the end."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from pkg.config.errors import ConfigFaults, Fault
from pkg.config.layers import Layers, read_file
from pkg.config.variable import Variable, describe

M = TypeVar("M", bound=BaseModel)

LISTS = (tuple, list, set, frozenset)


class Env:
    """Settings as text by variable name, from ``.env``, ``.env.NAME`` and the environment.

    Built by :meth:`load`. Each topic reads its model from it, faults are gathered on the way, and
    :meth:`check` raises them all at once. A variable set to nothing counts as not set.
    """

    def __init__(self, layers: Layers, faults: list[Fault]) -> None:
        self._layers = layers
        self._faults = faults
        self.variables: dict[str, Variable] = {}  # every name that was asked for, in that order

    @classmethod
    def load(
        cls, root: Path, name: str | None = None, environ: Mapping[str, str] | None = None
    ) -> Env:
        """Reads the files under *root*; *name* picks ``.env.NAME``, else ``APP_ENV`` does.

        ``APP_ENV`` becomes that name unless the file says otherwise itself. *environ* stands in for
        ``os.environ``, which is never written to.
        """
        given = dict(os.environ if environ is None else environ)
        layers = Layers()
        values, faults = read_file(root / ".env")
        layers.add(".env", values)
        chosen = name or given.get("APP_ENV") or values.get("APP_ENV")
        if chosen:
            layers.add("-e" if name else "environment", {"APP_ENV": chosen})
            values, found = _named(root, chosen)
            layers.add(f".env.{chosen}", values)
            faults += found
        layers.add("environment", {k: v for k, v in given.items() if k != "APP_ENV"})
        return cls(layers, faults)

    def read(self, model: type[M], prefix: str = "", **defaults: object) -> M:
        """Answers a *model* whose fields come from *prefix* + the field's name in capitals.

        A field with a ``validation_alias`` is read from that name alone. *defaults* hold where a
        variable is not set. A field that does not fit becomes a fault and keeps its default.
        """
        names = {
            field: _variable(prefix, field, info) for field, info in model.model_fields.items()
        }
        given: dict[str, object] = dict(defaults)
        for field, info in model.model_fields.items():
            default = defaults.get(field, info.get_default(call_default_factory=True))
            self._note(describe(names[field], info, default=default, topic=model))
            text = self._layers.get(names[field])
            if text is not None:
                given[field] = _split(text) if _is_list(info.annotation) else text
        return self._build(model, given, names)

    def has(self, name: str) -> bool:
        """Tells whether *name* is set to something."""
        return self._layers.get(name) is not None

    def text(self, name: str, default: str = "", *, description: str = "") -> str:
        """Answers *name* as it is written; for names that no model can know beforehand."""
        self._note(Variable(name, description, default=default))
        found = self._layers.get(name)
        return default if found is None else found

    def names(self, prefix: str) -> list[str]:
        """Answers the names set that start with *prefix*, in alphabetical order."""
        return [name for name in self._layers.names() if name.startswith(prefix)]

    def fault(self, variable: str, problem: str) -> None:
        """Notes that *variable* cannot stay as it is; :meth:`check` tells."""
        self._faults.append(Fault(variable, problem, self._source(variable)))

    def check(self) -> None:
        """Raises every fault noted so far.

        Raises:
            ConfigFaults: there is at least one.
        """
        if self._faults:
            raise ConfigFaults(tuple(self._faults))

    def sources(self, name: str) -> list[tuple[str, str]]:
        """Answers where *name* is set, as (layer, value), the one that counts first."""
        return self._layers.sources(name)

    def _build(self, model: type[M], given: dict[str, object], names: dict[str, str]) -> M:
        try:
            return model.model_validate(given, by_alias=False, by_name=True)
        except ValidationError as exc:
            errors = exc.errors(include_input=False, include_url=False, include_context=False)
        for error in errors:
            field = str(error["loc"][0]) if error["loc"] else ""
            self.fault(names.get(field, model.__name__), _problem(error["msg"]))
            given.pop(field, None)
        try:  # what is right stays, so that later topics still see it
            return model.model_validate(given, by_alias=False, by_name=True)
        except ValidationError:
            return model.model_construct()

    def _note(self, variable: Variable) -> None:
        self.variables.setdefault(variable.name, variable)

    def _source(self, variable: str) -> str:
        found = self._layers.sources(variable)
        return found[0][0] if found else ""


def _named(root: Path, name: str) -> tuple[dict[str, str], list[Fault]]:
    if not name.replace("-", "").replace("_", "").isalnum():  # it becomes part of a path
        return {}, [Fault("APP_ENV", "may hold letters, digits, - and _ only")]
    return read_file(root / f".env.{name}")


def _variable(prefix: str, field: str, info: FieldInfo) -> str:
    alias = info.validation_alias
    return alias if isinstance(alias, str) else f"{prefix}{field}".upper()


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) in LISTS or any(
        get_origin(part) in LISTS for part in get_args(annotation)
    )


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _problem(message: str) -> str:
    message = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return message.replace("Input should be", "must be").removesuffix(".")

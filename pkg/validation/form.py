"""One door for everything that comes in: a form, or every fault it has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from pkg.validation.errors import FieldFault, Invalid
from pkg.validation.fault import translate

F = TypeVar("F", bound=BaseModel)

# A body of a megabyte can hold a hundred thousand unknown fields; nobody reads so many faults.
MAX_FAULTS = 100
MAX_NAME = 200


def parse(form: type[F], data: object, *, region: str = "CN", today: date | None = None) -> F:
    """Answers *data* as a *form*, each field converted by its type; types are taken strictly.

    *region* completes mobiles in national spelling. *today*, where given, refuses birthdays that
    are still to come: a form has no clock.

    Raises:
        Invalid: with every fault at once, by field.
    """
    if not isinstance(data, Mapping):
        raise Invalid({"": (FieldFault("type"),)})
    try:
        return form.model_validate(data, strict=True, context={"region": region, "today": today})
    except ValidationError as exc:
        faults = _by_field(exc)
    # Raised out here, where pydantic's error is neither cause nor context: it quotes the input.
    raise Invalid(faults)


def _by_field(exc: ValidationError) -> dict[str, tuple[FieldFault, ...]]:
    found: dict[str, tuple[FieldFault, ...]] = {}
    for error in exc.errors(include_url=False, include_input=False)[:MAX_FAULTS]:
        name = ".".join(str(step) for step in error["loc"])[:MAX_NAME]
        fault = translate(error)
        if fault.code == "unknown" and name.startswith("filter["):
            fault = FieldFault("filter")  # `filter[name]`: the list has no such filter
        found[name] = (*found.get(name, ()), fault)
    return found

"""What columns hold, as JSON and queries spell it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from pkg.validation.fault import fault
from pkg.validation.number import whole

T = TypeVar("T")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# RFC 3339 5.6
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
DECIMAL = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")
UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
FIRST_YEAR = 1000  # MySQL's calendar begins here


def flag(value: object) -> bool:
    """Answers true and false, as a query spells them too."""
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise fault("type")
    return value == "true"


def day(value: object) -> date:
    """Answers a day of the calendar."""
    if not isinstance(value, str):
        raise fault("type")
    try:
        found = date.fromisoformat(value) if DAY.fullmatch(value) else date.min
    except ValueError:  # the 30th of February
        found = date.min
    if found.year < FIRST_YEAR:
        raise fault("day")
    return found


def moment(value: object) -> datetime:
    """Answers a moment in UTC, cut to the millisecond that answers tell.

    One without a zone could be any of a day's.
    """
    if not isinstance(value, str):
        raise fault("type")
    try:
        found = datetime.fromisoformat(value.upper()) if MOMENT.fullmatch(value) else None
        found = found.astimezone(UTC) if found else None
    except (ValueError, OverflowError):  # the 25th hour; an hour before the first year
        found = None
    if found is None or found.year < FIRST_YEAR:
        raise fault("moment")
    return found.replace(microsecond=found.microsecond // 1000 * 1000)


def uuid_value(value: object) -> UUID:
    """Answers a UUID of whatever version."""
    if not isinstance(value, str):
        raise fault("type")
    if not UUID_TEXT.fullmatch(value):
        raise fault("format")
    return UUID(value)


def storable(value: dict[str, Any]) -> dict[str, Any]:
    """Answers *value* as it is; no database keeps NUL in its JSON, or a number without end."""
    waiting: list[object] = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            waiting += [*found, *found.values()]
        elif isinstance(found, list):
            waiting += found
        elif (isinstance(found, str) and "\0" in found) or (
            isinstance(found, float) and not math.isfinite(found)
        ):
            raise fault("characters")
    return value


@dataclass(frozen=True, slots=True)
class Digits:
    """An exact number as text, ``"10.50"``: ``Annotated[Decimal, Digits(10, 2)]``.

    At most *digits* in all and *scale* after the point. A whole number may come bare; a fraction
    may not: whoever wrote it may have lost digits on the way.
    """

    digits: int
    scale: int = 0

    def __call__(self, value: object) -> Decimal:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise fault("type")
        if not DECIMAL.fullmatch(value):
            raise fault("decimal", digits=self.digits, scale=self.scale)
        before, _, after = value.lstrip("-").partition(".")
        if len(before.lstrip("0")) > self.digits - self.scale or len(after) > self.scale:
            raise fault("decimal", digits=self.digits, scale=self.scale)
        found = Decimal(value).quantize(Decimal((0, (1,), -self.scale)), context=Context(prec=80))
        return found or abs(found)  # there is one zero

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        point = rf"(\.[0-9]{{1,{self.scale}}})?" if self.scale else ""
        return {"type": "string", "pattern": f"^-?[0-9]{{1,40}}{point}$"}


class NotNull:
    """Refuses an explicit null, and keeps it out of the schema; see `Kept`."""

    def __call__(self, value: object) -> object:
        if value is None:
            raise fault("type")
        return value

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        (said,) = (each for each in handler(schema)["anyOf"] if each != {"type": "null"})
        return dict(said)


def absent(*, repr: bool = True) -> Any:
    """Answers the default of a field that a PATCH may leave out; documents show none."""
    return Field(default_factory=_none, repr=repr)


def _none() -> None:
    return None


# Of a PATCH: what is left out stays as it is, and null is no value.
Kept = Annotated[T | None, NotNull()]
Int16 = Annotated[int, Field(ge=-(2**15), le=2**15 - 1), BeforeValidator(whole)]
Int32 = Annotated[int, Field(ge=-(2**31), le=2**31 - 1), BeforeValidator(whole)]
Int64 = Annotated[int, Field(ge=-(2**63), le=2**63 - 1), BeforeValidator(whole)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Flag = Annotated[bool, BeforeValidator(flag)]
Day = Annotated[date, BeforeValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
Moment = Annotated[
    datetime, BeforeValidator(moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
UuidValue = Annotated[
    UUID, BeforeValidator(uuid_value), WithJsonSchema({"type": "string", "format": "uuid"})
]
JsonObject = Annotated[dict[str, Any], AfterValidator(storable)]

"""Text that any store, header, log and screen can bear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeGuard

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from pkg.validation.fault import fault

# Controls (CR and LF among them: headers, logs), separators of lines, what turns the writing
# direction round and so disguises its neighbours (Trojan Source), and lone surrogates.
IN_A_LINE = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]"
)
IN_LINES = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")
# White space, and signs that show nothing: a text of these alone is blank to whoever looks at it.
UNSEEN = re.compile(
    "[\\s\\u00ad\\u115f\\u1160\\u180e\\u200b-\\u200f\\u2060-\\u2064\\u3164\\ufeff]*"
)


def line(value: str) -> str:
    """Answers *value* trimmed, if it fits on one line."""
    value = value.strip()
    if IN_A_LINE.search(value):
        raise fault("characters")
    return value


@dataclass(frozen=True, slots=True)
class Text:
    """One trimmed line of at most *max* characters: ``Annotated[str, Text(80)]``.

    With ``min=0`` it may be left blank. With *lines* it may have several, is kept as it was typed,
    and *max* counts bytes, as stores and sockets do.
    """

    max: int
    min: int = 1
    lines: bool = False

    def __call__(self, value: str) -> str:
        value = self._several(value) if self.lines else self._one(value)
        if UNSEEN.fullmatch(value):
            return self._blank()
        if len(value) < self.min:
            raise fault("too_short", min=self.min)
        return value

    def passes(self, value: object) -> TypeGuard[str]:
        """Tells at once that *value* is taken as it is; False: that has to be looked into.

        Half a microsecond for what nearly everybody writes, where a form takes four.
        """
        return (
            isinstance(value, str)
            and value.isprintable()  # no control, no mark of direction, no half of a character
            and self.min <= len(value)
            and (len(value) * 4 if self.lines else len(value)) <= self.max  # 4 bytes at most, each
            and (self.lines or value == value.strip())
            and UNSEEN.fullmatch(value) is None
        )

    def _blank(self) -> str:
        if self.min:
            raise fault("blank")
        return ""

    def _one(self, value: str) -> str:
        if len(value) > 4 * self.max + 64:  # before anything is searched: that much is no margin
            raise fault("too_long", max=self.max)
        value = line(value)
        if len(value) > self.max:
            raise fault("too_long", max=self.max)
        return value

    def _several(self, value: str) -> str:
        if len(value) > self.max or len(value.encode("utf-8", "surrogatepass")) > self.max:
            raise fault("too_many_bytes", max=self.max)
        if IN_LINES.search(value):
            raise fault("characters")
        return value

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "minLength": self.min, "maxLength": self.max}

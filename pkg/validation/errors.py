"""What is said about input that will not do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from pkg.errors import Rejected


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What one field got wrong: a stable code, and what fills its words (bounds, never input)."""

    code: str
    params: Mapping[str, str | float] = field(default_factory=dict)


class Invalid(Rejected):
    """The form has faults, told all at once by field: ``mobile``, ``items.0.id``.

    A fault of the whole, such as no object where one belongs, stands under the empty name.
    """

    code = "invalid"

    def __init__(self, faults: Mapping[str, tuple[FieldFault, ...]]) -> None:
        # A field's name can be the client's own invention: it stays out of the message for logs.
        super().__init__(f"{len(faults)} fields at fault")
        self.faults = faults

    @classmethod
    def of(cls, name: str, code: str, **params: str | float) -> Self:
        """Answers the one fault *code* of the field *name*, for what only an action can see."""
        return cls({name: (FieldFault(code, params),)})


class NotJson(Rejected):
    """The body is no JSON document, or one that two readers could read in two ways."""

    code = "json.invalid"

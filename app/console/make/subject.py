"""The model that a generator is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.console.make.fields import Field
from app.console.make.models import Model
from app.console.make.names import Names


@dataclass(frozen=True, slots=True)
class Subject:
    """A model to be: its names, its fields, the models it refers to by the field's name."""

    names: Names
    fields: tuple[Field, ...]
    parents: Mapping[str, Model]
    versioned: bool = False  # its changes are counted

    @property
    def required(self) -> dict[str, Model]:
        """The models that a row of it cannot be without."""
        needed = {one.name for one in self.fields if one.kind == "ref" and not one.null}
        return {name: model for name, model in self.parents.items() if name in needed}

    @property
    def uniques(self) -> list[Field]:
        """The fields of which no two rows may be alike."""
        return [one for one in self.fields if one.unique]

    def holes(self) -> dict[str, str]:
        """What every stub may call it."""
        names = self.names
        return {
            "model": names.model,
            "module": names.module,
            "table": names.table,
            "words": names.words,
            "many": names.many,
            "Many": names.many.capitalize(),
            "Article": names.article.capitalize(),
            "article": names.article,
            "base": "Versioned" if self.versioned else "Base",
        }

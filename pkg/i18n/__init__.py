from __future__ import annotations

from pkg.i18n.errors import CatalogueMissing
from pkg.i18n.translator import Translator

__all__ = ["CatalogueMissing", "Translator"]

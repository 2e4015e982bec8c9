from __future__ import annotations

from pkg.errors import Misconfigured


class CatalogueMissing(Misconfigured):
    """There are no words to say anything with: the folder holds no compiled catalogue."""

    code = "i18n.missing"

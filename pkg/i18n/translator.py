"""Words for people, by key and language."""

from __future__ import annotations

import re
from gettext import GNUTranslations
from pathlib import Path

from pkg.helpers import weighted
from pkg.i18n.errors import CatalogueMissing

DOMAIN = "parley"
FALLBACK = "en"
PLACE = re.compile(r"\{([a-z_]+)\}")


class Translator:
    """Every catalogue under *folder*, read once: ``<locale>/LC_MESSAGES/parley.mo``.

    Raises:
        CatalogueMissing: not even the English one is there.
    """

    def __init__(self, folder: Path) -> None:
        self._catalogues = {
            path.parts[-3]: _read(path) for path in sorted(folder.glob(f"*/*/{DOMAIN}.mo"))
        }
        if FALLBACK not in self._catalogues:
            raise CatalogueMissing(f"no {FALLBACK}/LC_MESSAGES/{DOMAIN}.mo in {folder}")
        self._by_tag = {locale.lower(): locale for locale in self._catalogues}

    @property
    def locales(self) -> tuple[str, ...]:
        """What can be spoken here, the fallback first."""
        return (FALLBACK, *(each for each in self._catalogues if each != FALLBACK))

    def has(self, key: str) -> bool:
        """Tells whether there are words for *key*, in English at least."""
        return self._catalogues[FALLBACK].gettext(key) != key

    def text(self, locale: str, key: str, /, **params: str | float) -> str:
        """Answers the words for *key*, ``{name}`` filled from *params*.

        Without words in *locale* they are English, and without those the key itself. A place that
        nothing fills stays as it is; what fills one is never looked into again.
        """
        found = key
        for each in (locale, FALLBACK):
            catalogue = self._catalogues.get(each)
            if found == key and catalogue is not None:
                found = catalogue.gettext(key)
        return PLACE.sub(lambda place: _filled(place, params), found)

    def negotiate(self, accept_language: str) -> str:
        """Answers the locale that *accept_language* likes best, else the fallback.

        A language is served by any of its locales: zh, zh-Hans and zh-TW all get zh_CN.
        Source: RFC 9110 12.5.4, RFC 4647 3.4.
        """
        asked = weighted(accept_language)
        refused = {self._match(tag) for tag, weight in asked if not weight}
        for tag, weight in asked:
            found = self._any(refused) if tag == "*" else self._match(tag)
            if weight and found:
                return found
        return FALLBACK

    def _any(self, refused: set[str | None]) -> str | None:
        return next((locale for locale in self.locales if locale not in refused), None)

    def _match(self, tag: str) -> str | None:
        tag = tag.replace("-", "_")
        if tag in self._by_tag:
            return self._by_tag[tag]
        language = tag.partition("_")[0]
        same = (locale for locale in self.locales if locale.partition("_")[0] == language)
        return next(same, None)


def _read(path: Path) -> GNUTranslations:
    with path.open("rb") as file:
        return GNUTranslations(file)


def _filled(place: re.Match[str], params: dict[str, str | float]) -> str:
    value = params.get(place[1], place[0])
    return f"{value:.6g}" if isinstance(value, float) else str(value)

"""What an account may be called."""

from __future__ import annotations

import re
import unicodedata

from pkg.validation.fault import fault
from pkg.validation.text import line

MIN, MAX = 2, 32
# Each joint stands alone between two words: no name looks like another with a space too many.
JOINT = re.compile("[ .'-]")
LOOKALIKES = ("LATIN", "GREEK", "CYRILLIC")


def account_name(value: str) -> str:
    """Answers *value* trimmed and otherwise as typed, if it can be a name.

    A name has a letter, so that it is never taken for a mobile, and no ``@``, so that it is never
    taken for an e-mail. It keeps to one of Latin, Greek and Cyrillic, whose letters look alike;
    other scripts mix freely. All of it holds for its NFKC form, in which names are unique.
    """
    if len(value) > 4 * MAX:
        raise fault("too_long", max=MAX)
    value = line(value)
    folded = unicodedata.normalize("NFKC", value).casefold()
    if len(value) < MIN:
        raise fault("too_short", min=MIN)
    if max(len(value), len(folded) - MAX) > MAX:  # one letter can fold to eighteen
        raise fault("too_long", max=MAX)
    if not all(_is_word(part) for part in JOINT.split(folded)) or not _is_readable(folded):
        raise fault("name")
    return value


def _is_word(part: str) -> bool:
    kinds = [unicodedata.category(sign)[0] for sign in part.replace("_", "a")]
    return bool(kinds) and kinds[0] != "M" and not set(kinds) - set("LMN")


def _is_readable(name: str) -> bool:
    letters = [sign for sign in name if sign.isalpha()]
    scripts = {unicodedata.name(sign, "").partition(" ")[0] for sign in letters}
    return bool(letters) and len(scripts.intersection(LOOKALIKES)) <= 1

from __future__ import annotations

from pkg.str.case import camel, kebab, lower_camel, snake
from pkg.str.noun import plural, singular
from pkg.str.text import limit, mask_email, mask_mobile, random, slug

__all__ = [
    "camel",
    "kebab",
    "limit",
    "lower_camel",
    "mask_email",
    "mask_mobile",
    "plural",
    "random",
    "singular",
    "slug",
    "snake",
]

"""One noun in the spellings of Python, of classes, of JavaScript and of addresses."""

from __future__ import annotations

import re

import inflection

BREAK = re.compile(r"[^\w]+|_+")


def snake(text: str) -> str:
    """Answers ``blog_post`` for BlogPost, blogPost, blog-post and "blog post"."""
    return inflection.underscore(BREAK.sub("_", text).strip("_"))


def camel(text: str) -> str:
    """Answers ``BlogPost``, as classes are named; other places call this studly."""
    return "".join(word[:1].upper() + word[1:] for word in snake(text).split("_"))


def lower_camel(text: str) -> str:
    """Answers ``blogPost``, as JavaScript names its variables."""
    made = camel(text)
    return made[:1].lower() + made[1:]


def kebab(text: str) -> str:
    """Answers ``blog-post``."""
    return snake(text).replace("_", "-")

"""What one noun is called in each place, and which nouns may be had."""

from __future__ import annotations

import builtins
import keyword
import re
from dataclasses import dataclass
from typing import Self

from pkg.console import Exit, Stop
from pkg.str import camel, plural, singular, snake

NOUN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")
LONGEST = 40  # a key's name holds the table's and a column's, and PostgreSQL cuts at 63
# What the generated files themselves import or mean by these.
TAKEN = {"base", "model", "meta", "any", "decimal", "uuid", "fields", "table", "faker", "user_id"}
TAKEN |= {"end", "first", "last", "number", "row", "start"}  # of a seeder


@dataclass(frozen=True, slots=True)
class Names:
    """One noun: `BlogPost`, `blog_post`, `blog_posts`, `blog post`, whichever it was given as."""

    model: str  # the class
    module: str  # the file, and a factory
    table: str  # the table, and a seeder
    words: str  # for people
    many: str

    @classmethod
    def of(cls, text: str) -> Self:
        """Answers the names of what *text* calls by any of them.

        Raises:
            Stop: it cannot be a name in Python, in the database and among files.
        """
        if not NOUN.fullmatch(text) or len(text) > LONGEST:
            raise Stop(
                f"{text!r} cannot be a name: letters, digits and _, from a letter on,"
                f" at most {LONGEST}",
                Exit.USAGE,
            )
        module = singular(snake(text))
        names = cls(
            model=camel(module),
            module=module,
            table=plural(module),
            words=module.replace("_", " "),
            many=plural(module).replace("_", " "),
        )
        if any(map(keyword.iskeyword, (module, names.model, names.table))):
            raise Stop(f"{text!r} cannot be a name: it is a word of Python's own", Exit.USAGE)
        if module in TAKEN or hasattr(builtins, module):
            raise Stop(f"{text!r} cannot be a name: it means something else here", Exit.USAGE)
        return names

    @property
    def many_model(self) -> str:
        """`BlogPosts`."""
        return camel(self.table)

    @property
    def article(self) -> str:
        """`a post`, `an event`."""
        return f"{'an' if self.words[0] in 'aeiou' else 'a'} {self.words}"

"""make:mail."""

from __future__ import annotations

from pathlib import Path

from app.console.make import tree
from app.console.make.changes import Changes
from app.console.make.layout import tidied
from app.console.make.single.generator import generator, named, words
from app.console.make.stub import fill
from pkg.console import Exit, Stop

PARTS = {"base", "code"}  # what other mails extend
TABLE = "tests/unit/pkg/mail/test_templates.py"  # each mail, with what it needs
LOCALES = {"en": "en", "zh_CN": "zh"}  # a language, and how its stubs begin


@generator("make:mail")
def make_mail(changes: Changes, name: str) -> None:
    """Writes a mail NAME in both languages, text and page, what sends it to a user, and tests.

    Its words are a beginning, for the languages of resources/mail: en and zh_CN.
    """
    name = named(name)
    if name in PARTS:
        raise Stop(f"{name!r} cannot be a name: other mails are made of it", Exit.USAGE)
    holes = {"name": name, "words": words(name), "Words": words(name).capitalize()}
    for locale, stub in LOCALES.items():
        for kind in ("html", "txt"):
            text = fill(f"single/mail/{stub}_{kind}", **holes)
            changes.make(f"resources/mail/{locale}/{name}.{kind}", text)
    if not (changes.root / "app/actions/mails/__init__.py").exists():
        changes.make("app/actions/mails/__init__.py", "")
    action = tidied(fill("single/mail/action", **holes))
    changes.make(f"app/actions/mails/send_{name}.py", action)
    changes.change(TABLE, lambda path, text: _with(path, text, name))
    test = tidied(fill("single/mail/action_test", **holes))
    changes.make(f"tests/unit/app/actions/mails/test_send_{name}.py", test)


def _with(path: Path, text: str, name: str) -> str:
    there = tree.keys(path, text, "NOTICES")
    if name in there:
        raise Stop(f"{path} has {name} already: take another name")
    item = f'"{name}": {{"name": "ann"}}'
    return tree.with_item(path, text, "NOTICES", item, after=there[-1])

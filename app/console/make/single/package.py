"""make:pkg."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from app.console.make import floors, members, tree
from app.console.make.changes import Changes
from app.console.make.layout import call, tidied
from app.console.make.single.generator import generator, named, words
from app.console.make.stub import fill
from app.console.make.words import catalogue, with_words
from pkg.console import Exit, Stop
from pkg.str import camel

SETTINGS = "config/settings.py"
CONTAINER = "app/container.py"
LONGEST = 30  # what is written has it three times a line
PARTS = ("contract", "config", "errors")  # files called as their stubs
WORDS = {
    "en": (
        "This cannot be done.",
        "This is not available right now. Please try again shortly.",
    ),
    "zh_CN": ("无法完成此操作。", "暂时不可用，请稍后再试。"),
}


@generator("make:pkg", refers=True)
def make_pkg(changes: Changes, name: str) -> None:
    """Writes a module of pkg with drivers, such as weather, whole and in use.

    Contract, config, errors, face, a driver and a fake; its settings, what opens it, its field in
    the services; its floor, words for its errors, a page, the laws over every driver, and tests.
    """
    name = named(name)
    if len(name) > LONGEST:
        raise Stop(f"{name!r} cannot be a name: at most {LONGEST} letters", Exit.USAGE)
    if (changes.root / f"pkg/{name}.py").exists() or (changes.root / f"pkg/{name}").exists():
        raise Stop(f"there is a pkg/{name} already: take another name")
    whole = camel(name)
    exports = [f'"{whole}{end}"' for end in ("", "Config", "Driver", "Refused", "Unavailable")]
    holes = {
        "name": name,
        "Name": whole,
        "NAME": name.upper(),
        "words": words(name),
        "all": call("__all__ = [", exports, "]"),
    }
    _files(changes, name, holes)
    changes.change(SETTINGS, partial(_in_settings, name, whole))
    changes.change(CONTAINER, partial(_in_container, name, whole))
    changes.change(floors.FILE, lambda path, text: floors.with_module(path, text, name))
    for locale, (refused, unavailable) in WORDS.items():
        said = {f"{name}.refused": refused, f"{name}.unavailable": unavailable}
        title = words(name).capitalize()
        changes.change(catalogue(locale), partial(_in_words, title, said))


def _files(changes: Changes, name: str, holes: Mapping[str, str]) -> None:
    """Plans what is new."""
    stubs = {f"pkg/{name}/{part}.py": part for part in PARTS}
    stubs |= {
        f"pkg/{name}/__init__.py": "init",
        f"pkg/{name}/{name}.py": "face",
        f"pkg/{name}/drivers/local.py": "local",
        f"pkg/{name}/drivers/fake.py": "fake",
        f"config/{name}.py": "reader",
        f"app/providers/{name}.py": "provider",
        f"docs/pkg/{name}.md": "page",
        f"tests/contract/test_{name}.py": "laws",
        f"tests/unit/pkg/{name}/test_{name}.py": "face_test",
        f"tests/unit/app/providers/test_{name}.py": "provider_test",
    }
    if name in (*PARTS, "drivers"):
        raise Stop(f"{name!r} cannot be a name: it means something else here", Exit.USAGE)
    changes.make(f"pkg/{name}/drivers/__init__.py", "")
    for file, stub in stubs.items():
        text = fill(f"single/pkg/{stub}", **holes)
        changes.make(file, tidied(text) if file.endswith(".py") else text)


def _in_settings(name: str, whole: str, path: Path, text: str) -> str:
    _refuse_taken(name, members.locals_of(path, text, "read"))
    _refuse_taken(name, set(members.fields(path, text, "Settings")))
    text = tree.with_import(path, text, "config", name)
    text = tree.with_import(path, text, f"pkg.{name}", f"{whole}Config")
    text = members.with_field(path, text, "Settings", f"{name}: {whole}Config")
    return members.with_keyword(path, text, "Settings", f"{name}={name}.load(env)")


def _in_container(name: str, whole: str, path: Path, text: str) -> str:
    _refuse_taken(name, set(members.fields(path, text, "Services")))
    text = tree.with_import(path, text, f"app.providers.{name}", f"open_{name}")
    text = tree.with_import(path, text, f"pkg.{name}", whole)
    text = members.with_field(path, text, "Services", f"{name}: {whole}")
    return members.with_keyword(path, text, "Services", f"{name}=open_{name}(settings.{name})")


def _in_words(title: str, said: Mapping[str, str], path: Path, text: str) -> str:
    return with_words(path, text, title, said)


def _refuse_taken(name: str, taken: set[str]) -> None:
    if name in taken:
        raise Stop(f"{name!r} cannot be a name: it means something else here", Exit.USAGE)

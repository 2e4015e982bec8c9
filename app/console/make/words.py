"""Puts words for people into the catalogues, and compiles them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pkg.console import Stop, ok

SUFFIX = ".po"
ENTRY = re.compile(r'^msgid "(.+)"$', re.MULTILINE)
COMPILE = (
    "from pathlib import Path; from pkg.i18n.compile import compile_catalogues;"
    " compile_catalogues(Path('resources/lang'))"
)


def catalogue(locale: str) -> str:
    """Answers where the words of a language stand."""
    return f"resources/lang/{locale}/LC_MESSAGES/parley.po"


def with_words(path: Path, text: str, title: str, words: Mapping[str, str]) -> str:
    """Answers a catalogue with *words*, key to text, at its end, under a comment.

    Raises:
        Stop: one of them is there already.
    """
    if double := sorted(set(ENTRY.findall(text)) & words.keys()):
        raise Stop(f"{path} has words for {double[0]} already")
    entries = [f'msgid "{key}"\nmsgstr {_quoted(said)}\n' for key, said in words.items()]
    return "\n".join([text, f"# {title}\n{entries[0]}", *entries[1:]])


def compile_words(root: Path) -> None:
    """Turns the catalogues into those the program reads, in a process of its own.

    Raises:
        Stop: babel is not there, or a catalogue cannot be read.
    """
    done = subprocess.run(  # noqa: S603  this interpreter, on the project's own module
        [sys.executable, "-c", COMPILE], cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise Stop(f"all files are done, but the words could not be compiled: {said}")
    ok("compiled resources/lang")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)

"""The words that ship: all there, in both languages, compiled, and with the same places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from pkg.i18n import Translator
from pkg.i18n.compile import compile_catalogues, compiled
from pkg.validation.fault import CODES, COUNTS

ROOT = Path(__file__).parents[4]
LANG = ROOT / "resources" / "lang"
SOURCES = sorted(LANG.glob("*/LC_MESSAGES/parley.po"))
CODE = re.compile(r'^    code(?:: ClassVar\[str\])? = "([^"]+)"', re.MULTILINE)
FAULT = re.compile(r'\b(?:fault|FieldFault|PydanticCustomError)\(\s*"([a-z_]+)"')
NAMED = re.compile(r'\bInvalid\.of\(\s*[^,]+,\s*"([a-z_]+)"')
PLACE = re.compile(r"\{[a-z_]+\}")
TECHNICAL = re.compile(
    r"\b(null|json|sql|http|server error|exception|parameter|string)\b", re.IGNORECASE
)


def sources() -> Iterator[str]:
    for folder in ("pkg", "app"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.read_text(encoding="utf-8")


def codes() -> set[str]:
    return {code for text in sources() for code in CODE.findall(text)}


def faults() -> set[str]:
    said = {code for text in sources() for code in FAULT.findall(text) + NAMED.findall(text)}
    return said | set(CODES.values()) | set(COUNTS.values()) | {"type", "invalid"}


def keys() -> set[str]:
    return codes() | {f"field.{code}" for code in faults()}


def read(source: Path) -> Catalog:
    with source.open("rb") as file:
        return read_po(file)


def words(source: Path) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in read(source) if message.id}


def entries(content: bytes) -> dict[str, str]:
    with BytesIO(content) as file:
        found = read_mo(file)
    return {str(message.id): str(message.string) for message in found if message.id}


def test_both_languages_are_there() -> None:
    assert [path.parts[-3] for path in SOURCES] == ["en", "zh_CN"]
    assert Translator(LANG).locales == ("en", "zh_CN")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parts[-3])
def test_every_error_code_has_words(source: Path) -> None:
    assert len(codes()) > 50  # the search still finds them

    missing = codes() - words(source).keys()

    assert not missing


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parts[-3])
def test_every_fault_of_a_field_has_words(source: Path) -> None:
    assert {"mobile", "missing", "one_of"} <= faults()

    missing = {f"field.{code}" for code in faults()} - words(source).keys()

    assert not missing


def test_nothing_is_said_that_no_code_asks_for() -> None:
    said = {key.removesuffix(".detail") for key in words(SOURCES[0])}

    assert not said - keys()


def test_both_languages_say_the_same_keys_with_the_same_places() -> None:
    english, chinese = (words(source) for source in SOURCES)

    assert english.keys() == chinese.keys()
    for key, said in english.items():
        assert sorted(PLACE.findall(said)) == sorted(PLACE.findall(chinese[key])), key


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parts[-3])
def test_words_are_for_people(source: Path) -> None:
    for key, said in words(source).items():
        assert said.strip() == said != "", key
        assert said[-1] in ".。", key
        assert not TECHNICAL.search(said), key


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.parts[-3])
def test_the_compiled_words_are_those_of_the_source(source: Path) -> None:
    # Entry by entry: in its head the file names the version of babel that wrote it.
    assert entries(source.with_suffix(".mo").read_bytes()) == entries(compiled(source))
    assert entries(compiled(source)) == words(source)


def test_compiling_again_changes_nothing(tmp_path: Path) -> None:
    for source in SOURCES:
        target = tmp_path / source.relative_to(LANG)
        target.parent.mkdir(parents=True)
        target.write_bytes(source.read_bytes())

    first, second = compile_catalogues(tmp_path), compile_catalogues(tmp_path)

    assert [path.parts[-3] for path in first] == ["en", "zh_CN"]
    assert second == []

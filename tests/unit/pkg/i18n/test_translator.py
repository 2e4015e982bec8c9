from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pkg.i18n import CatalogueMissing, Translator
from pkg.i18n.compile import compile_catalogues

WORDS = {
    "en": {"greeting": "Hello {name}", "bare": "No place", "only_english": "Only here"},
    "zh_CN": {"greeting": "你好，{name}", "bare": "没有空位"},
    "pt_BR": {"greeting": "Olá {name}"},
}


def write(folder: Path, locale: str, words: dict[str, str]) -> None:
    path = folder / locale / "LC_MESSAGES" / "parley.po"
    path.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    lines = [f'\nmsgid "{key}"\nmsgstr "{said}"\n' for key, said in words.items()]
    path.write_text(head + "".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Translator:
    folder = tmp_path_factory.mktemp("lang")
    for locale, words in WORDS.items():
        write(folder, locale, words)
    compile_catalogues(folder)
    return Translator(folder)


def test_words_come_in_the_language_asked_for(translator: Translator) -> None:
    assert translator.locales == ("en", "pt_BR", "zh_CN")
    assert translator.text("zh_CN", "greeting", name="Lin") == "你好，Lin"
    assert translator.text("en", "greeting", name="Lin") == "Hello Lin"


def test_missing_words_are_english_and_missing_english_is_the_key(translator: Translator) -> None:
    for locale in ("zh_CN", "pt_BR", "xx", "", "../en"):
        assert translator.text(locale, "only_english") == "Only here"
        assert translator.text(locale, "no.such.key") == "no.such.key"
    assert translator.has("only_english")
    assert not translator.has("no.such.key")


def test_what_fills_a_place_is_not_looked_into_again(translator: Translator) -> None:
    assert translator.text("en", "greeting", name="{name} {key}") == "Hello {name} {key}"
    assert translator.text("en", "greeting") == "Hello {name}"
    assert translator.text("en", "bare", name="Lin") == "No place"


def test_params_may_have_any_name_and_numbers_read_well(translator: Translator) -> None:
    assert translator.text("en", "greeting", name=1, key="x", locale="y", self=2) == "Hello 1"
    assert translator.text("en", "greeting", name=30.0) == "Hello 30"
    assert translator.text("en", "greeting", name=0.5) == "Hello 0.5"


def test_without_english_there_is_no_translator(tmp_path: Path) -> None:
    write(tmp_path, "zh_CN", WORDS["zh_CN"])
    compile_catalogues(tmp_path)

    with pytest.raises(CatalogueMissing):
        Translator(tmp_path)


@pytest.mark.parametrize(
    ("asked", "locale"),
    [
        ("", "en"),
        ("en", "en"),
        ("en-GB", "en"),
        ("zh", "zh_CN"),
        ("zh-CN", "zh_CN"),
        ("ZH-cn", "zh_CN"),
        ("zh-Hans", "zh_CN"),
        ("zh-Hans-CN", "zh_CN"),
        ("zh-TW", "zh_CN"),
        ("pt", "pt_BR"),
        ("fr", "en"),
        ("fr-FR, fr;q=0.9, zh;q=0.5, en;q=0.4", "zh_CN"),
        ("en;q=0.8, zh-CN;q=0.9", "zh_CN"),
        ("en, zh", "en"),
        ("zh;q=0.1, *;q=0.5", "en"),
        ("zh;q=0, en;q=0.1", "en"),
        ("zh;q=0", "en"),
        ("en;q=0, *", "pt_BR"),
        ("*", "en"),
        ("zh;q=2, en", "en"),
        ("zh ; q=0.7 , fr", "zh_CN"),
        ("zhx, enx", "en"),
        (",,;;q=,-,_", "en"),
        ("../../etc", "en"),
    ],
)
def test_the_best_liked_language_that_is_spoken_here_is_chosen(
    translator: Translator, asked: str, locale: str
) -> None:
    assert translator.negotiate(asked) == locale


@given(st.text(max_size=200) | st.text("zhenq=0.;,*- ", max_size=200))
def test_any_header_ends_in_a_locale_that_there_is(translator: Translator, asked: str) -> None:
    assert translator.negotiate(asked) in translator.locales


def test_an_endless_header_is_read_only_so_far(translator: Translator) -> None:
    assert translator.negotiate("fr," * 100_000 + "zh") == "en"
    assert translator.negotiate("zh" + "-x" * 100_000) == "zh_CN"

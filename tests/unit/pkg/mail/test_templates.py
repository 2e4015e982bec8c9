"""The mails the application sends: each purpose, in each language."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from pkg.mail import MailRefused
from pkg.mail.templates import Rendered, Templates

FOLDER = Path(__file__).resolve().parents[4] / "resources" / "mail"
LOCALES = ("en", "zh_CN")
CODES = ("signup", "login", "reset", "bind", "confirm")
CODE = {"code": "493817", "minutes": "5"}
FACTS = {"when": "2026-01-01 08:00", "device": "Firefox <b>", "ip": "2001:db8::1"}
NOTICES = {
    "password_changed": FACTS,
    "test": {"when": FACTS["when"]},
    "address_changed": FACTS | {"kind": "email", "new": "a***@example.com"},
}
ALL = dict.fromkeys(CODES, CODE) | NOTICES


class Tags(HTMLParser):
    """Collects what opens and closes, and what is shown."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates(FOLDER, shared={"app": "Parley & Co"})


def test_every_template_has_its_purpose_here() -> None:
    parts = {"base", "code"}  # what others extend
    for locale in LOCALES:
        names = {path.stem for path in (FOLDER / locale).iterdir()} - parts
        assert names == set(ALL)
        for name in names:
            assert (FOLDER / locale / f"{name}.txt").exists()
            assert (FOLDER / locale / f"{name}.html").exists()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", ALL)
def test_each_mail_is_whole(templates: Templates, name: str, locale: str) -> None:
    words = templates.render(name, locale, ALL[name])

    assert words.locale == locale
    assert 0 < len(words.subject) < 80
    assert "\n" not in words.subject
    page = Tags(words.html)
    assert page.open == []
    for shown in (words.text, page.text):
        assert all(value in shown for value in ALL[name].values() if value != "email")
        assert "Parley & Co" in shown
        assert "{{" not in shown
        assert "{%" not in shown
    assert words.text.endswith("\n")
    assert "\n\n\n" not in words.text


@pytest.mark.parametrize("name", ALL)
def test_the_languages_differ(templates: Templates, name: str) -> None:
    english, chinese = (templates.render(name, locale, ALL[name]) for locale in LOCALES)

    assert english.subject != chinese.subject
    assert english.subject.isascii()
    assert not chinese.subject.isascii()
    assert any("\u4e00" <= char <= "\u9fff" for char in chinese.text)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", CODES)
def test_a_code_stands_alone_on_its_line_and_not_in_the_subject(
    templates: Templates, name: str, locale: str
) -> None:
    words = templates.render(name, locale, CODE)

    assert "493817" in [line.strip() for line in words.text.splitlines()]
    # A subject is shown on locked screens.
    assert "493817" not in words.subject


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", ALL)
def test_a_mail_loads_nothing_from_anywhere_and_runs_nothing(
    templates: Templates, name: str, locale: str
) -> None:
    page = Tags(templates.render(name, locale, ALL[name]).html)

    assert not {"script", "img", "link", "iframe", "object", "form"} & {tag for tag, _ in page.seen}
    for _, attributes in page.seen:
        assert not {"src", "href", "background"} & attributes.keys()
        assert not [name for name in attributes if name.startswith("on")]
        assert "url(" not in (attributes.get("style") or "")
    assert dict(page.seen)["html"]["lang"] == locale.replace("_", "-")


@pytest.mark.parametrize("locale", LOCALES)
def test_what_somebody_typed_is_text_in_the_page_and_stays_as_it_is_in_the_text(
    templates: Templates, locale: str
) -> None:
    typed = FACTS | {"device": "<script>alert(1)</script> & {{ 7*7 }}"}

    words = templates.render("password_changed", locale, typed)

    assert "<script>" not in words.html
    assert typed["device"] in Tags(words.html).text
    assert typed["device"] in words.text
    assert "49" not in words.text.replace(typed["ip"], "")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", ["email", "mobile"])
def test_a_notice_names_what_was_changed_and_needs_no_more_than_that(
    templates: Templates, locale: str, kind: str
) -> None:
    one = templates.render("address_changed", locale, {"kind": kind})
    other = templates.render(
        "address_changed", locale, {"kind": "mobile" if kind == "email" else "email"}
    )

    assert one.text != other.text
    assert one.html != other.html
    assert templates.render("password_changed", locale, {}).text


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-GB", "en"),
        ("zh_CN", "zh_CN"),
        ("zh-cn", "zh_CN"),
        ("zh", "zh_CN"),
        ("zh-Hant-TW", "zh_CN"),
        ("fr", "en"),
        ("", "en"),
        ("../en", "en"),
    ],
)
def test_a_language_gives_way_to_a_near_one_and_then_to_english(
    templates: Templates, asked: str, given: str
) -> None:
    assert templates.render("login", asked, CODE).locale == given


@pytest.mark.parametrize(
    "name", ["", "nothing", "../en/login", "base", "code", "login.txt", "/etc/x"]
)
def test_a_name_that_is_no_template_is_refused(templates: Templates, name: str) -> None:
    with pytest.raises(MailRefused, match="no mail template"):
        templates.render(name, "en", CODE)


def test_a_value_that_is_missing_is_refused_and_not_left_blank(templates: Templates) -> None:
    with pytest.raises(MailRefused, match="code"):
        templates.render("login", "en", {"minutes": "5"})


@pytest.mark.rule(7)
def test_the_words_keep_the_code_out_of_their_repr(templates: Templates) -> None:
    words: Rendered = templates.render("login", "en", CODE)

    assert "493817" not in repr(words)

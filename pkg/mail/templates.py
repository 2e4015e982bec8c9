"""Mail by name and language: a subject and a text from one file, the HTML from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import jinja2

from pkg.mail.contract import MailRefused


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words."""

    locale: str  # the language it is in, which may be the fallback
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


class Templates:
    """Reads ``<folder>/<locale>/<name>.{txt,html}``; *shared* are names every template knows.

    The ``.txt`` has the blocks ``subject`` and ``body``. A language that has no such template
    gives way to *fallback*.
    """

    def __init__(
        self, folder: Path, *, fallback: str = "en", shared: Mapping[str, str] | None = None
    ) -> None:
        self._folder = folder
        self._fallback = fallback
        self._shared = dict(shared or {})
        self._env = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folder),
            autoescape=jinja2.select_autoescape(("html",)),
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, name: str, locale: str, params: Mapping[str, str]) -> Rendered:
        """Answers the words of *name* in *locale*, ``zh-CN`` and ``zh`` too.

        Raises:
            MailRefused: there is no such template, or a name it needs is not in *params*.
        """
        text, found = self._find(name, locale)
        try:
            values = text.new_context(self._shared | dict(params) | {"locale": found})
            subject = "".join(text.blocks["subject"](values)).strip()
            body = "".join(text.blocks["body"](values)).strip() + "\n"
            html = self._env.get_template(f"{found}/{name}.html")
            known = dict(values) | {"subject": subject}
            return Rendered(found, subject, body, html.render(known))
        except jinja2.UndefinedError as exc:
            raise MailRefused(f"mail template {name!r}: {exc}") from exc

    def _find(self, name: str, locale: str) -> tuple[jinja2.Template, str]:
        for wanted in (*self._close_to(locale), self._fallback):
            try:
                return self._env.get_template(f"{wanted}/{name}.txt"), wanted
            except jinja2.TemplateNotFound:
                continue
        raise MailRefused(f"there is no mail template {name!r}")

    def _close_to(self, locale: str) -> list[str]:
        tag = locale.replace("-", "_").casefold()
        language = tag.partition("_")[0]
        there = sorted(path.name for path in self._folder.iterdir() if path.is_dir())
        same = [name for name in there if name.casefold() == tag]
        return same + [name for name in there if name.casefold().partition("_")[0] == language]

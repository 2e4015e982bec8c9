"""Where the product's name stands, and where it stands for something else and stays.

A place is the text around the name, so that a product called `chat` renames no chat.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COOKIES: Final = ("{snake}_session", "{snake}_csrf", "{snake}_maintenance")

PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "README.md": ("# {name}\n", "![{name}'s lobby"),
    "README.zh-CN.md": ("# {name}\n", "![{name} 的大厅"),
    "main.py": ('help="{name}: an async',),
    "pyproject.toml": ('\nname = "{slug}"\n',),
    "app/console/about.py": ('{"{slug}": VERSION',),
    "app/console/completion/scripts.py": ('NAME: Final = "{slug}"',),
    "app/console/hub/view.py": ('f"{slug} hub  ',),
    "app/http/cookies.py": COOKIES,
    "app/http/described.py": COOKIES[:1],
    "pkg/app/config.py": ('default="{name}"',),
    "pkg/database/drivers/postgres.py": ('"application_name": "{slug}"',),
    "pkg/http/drivers/httpx.py": ('"user-agent": "{slug}"',),
    "pkg/hub/bus/config.py": ('default="{slug}"',),
    "pkg/jwt/config.py": ('default="{slug}"',),
    "pkg/mail/config.py": ('default="{name} <{slug}@localhost>"',),
    "resources/web/index.html": (
        "<title>{name}</title>",
        'content="{name}: one order',
        ">{name} needs JavaScript",
        ">{name} 需要 JavaScript",
    ),
    "resources/web/js/api.js": COOKIES[1:2],
    "resources/web/js/views/chrome.js": ('height: 28 }), "{name}")',),
    "resources/web/js/views/shell.js": ('document.title = "{name}"', "· {name}`"),
    "docs/console.md": ("makes `{slug}` a", "`{slug} mi<TAB>"),
    "docs/http.md": COOKIES[1:2],
    "docs/pkg/app.md": ("`APP_NAME` | `{name}`",),
    "docs/pkg/jwt.md": ("`JWT_ISSUER` | {slug} |",),
    "docs/pkg/mail.md": ("`{name} <{slug}@localhost>`",),
    "tests/console/test_serve.py": ('f"{name} is at',),
    "tests/console/test_tables.py": ('["versions"]["{slug}"]',),
    "tests/feature/test_browser.py": COOKIES[:2],
    "tests/feature/test_maintenance.py": COOKIES[2:],
    "tests/feature/test_route_table.py": COOKIES[:1],
    "tests/feature/test_sign_up.py": COOKIES[:1],
    "tests/unit/app/console/hub/test_view.py": ('"{slug} hub  ',),
    "tests/unit/app/http/test_access_log.py": COOKIES[:1],
    "tests/unit/app/http/test_cookies.py": COOKIES[:2],
    "tests/unit/app/http/test_documents.py": ('["name"] == "{name}"',),
    "tests/unit/app/http/test_who.py": COOKIES[:1],
    "tests/unit/config/test_bus.py": ('("!", "{slug}")',),
}

STAYS: Final[Mapping[str, str]] = {
    "chat.v1, close codes, error codes": "clients were written against them",
    "urn:parley:problem:": "the type of an error, which clients compare",
    "parley_* (figures)": "dashboards and alerts read them",
    "parley/v1": "every key is derived from it: sessions and codes would end",
    "parley:lobby": "the ids of seeded messages",
    "talk to parley": "the password of the demo login of `seed`",
    "0x7061726C6579": "nodes of two releases must take the same lock to migrate",
    "parley_trial_*": "databases of `migrate:test`, found again after it was killed",
    "parley.mo, parley.po": "names of catalogues, which nobody sees",
    "storage/logs/parley.log": "what ships logs was told this name",
    "parley. (localStorage)": "drafts and choices in people's browsers",
    "LICENSE": "the notice of the authors, which has to go with every copy",
    "docs/, CHANGELOG.md": "they tell of what yours is built on",
    "databases, .env": "yours already, and set by nobody but you",
}

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from app.console.commands import COMMANDS
from app.models import User
from tests.docs.pages import ROOT, names, rows

PAGE = ROOT / "docs" / "from-go.md"
PARTS = ("Libraries", "Packages", "Structs of the chat", "Folders", "Columns of the user table")
HERE = [
    pytest.param(name, id=f"{there} -> {name}")
    for part in (*PARTS, "Commands")
    for there, here, _ in rows(PAGE, part)
    for name in names(here)
]


def words(text: str) -> set[str]:
    return set(text.split())


GO_PACKAGES = words("""app auth cache captcha config console database file hash helpers jwt
    limiter logger mail migrate paginator redis response seed sms str verifycode""")
GO_LIBRARIES = words("""gin zap gorm cobra viper cast redis jwt gorilla/websocket go.uuid
    base64Captcha govalidator limiter email aliyun-communicate ansi strcase pluralize faker
    imaging""")
GO_COLUMNS = words("""id name password mobile email nickname gender type exp birthday avatar
    login_time created_at updated_at""")
GO_FOLDERS = words("""restful script internal/model etc internal/config handler logic
    svc/servicecontext types""")


def exists(name: str) -> bool:
    """Tells whether *name* is a path, a column, a setting, a dependency, a command or a class."""
    if (ROOT / name).exists():
        return True
    if name.startswith("users."):
        return name.removeprefix("users.") in User._meta.fields_db_projection
    if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", name):
        return is_setting(name)
    if name.startswith("pkg."):
        return is_attribute(name)
    return name in dependencies() or name in COMMANDS or name.replace(" ", ":") in COMMANDS


def is_setting(name: str) -> bool:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "config").glob("*.py"))
    prefix, _, field = name.partition("_")
    read = any(f'"{prefix}_"' in text for text in sources)
    config = ROOT / "pkg" / prefix.lower() / "config.py"
    return read and f"{field.lower()}:" in config.read_text(encoding="utf-8")


def is_attribute(name: str) -> bool:
    """Walks from the package through its attributes."""
    package, *attributes = name.removeprefix("pkg.").split(".")
    found: object = import_module(f"pkg.{package}")
    for attribute in attributes:
        found = getattr(found, attribute, None)
    return found is not None


def dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {re.split(r"[^\w-]", wanted)[0] for wanted in project["dependencies"]}


@pytest.mark.parametrize("name", HERE)
def test_what_the_page_names_is_in_the_tree(name: str) -> None:
    assert exists(name)


def test_every_library_package_folder_and_column_of_the_design_has_a_row() -> None:
    libraries, packages, _, folders, columns = (
        {name for there, *_ in rows(PAGE, part) for name in names(there) or [there]}
        for part in PARTS
    )

    assert libraries == GO_LIBRARIES
    assert packages == {f"pkg/{name}" for name in GO_PACKAGES}
    assert folders >= GO_FOLDERS
    assert columns >= GO_COLUMNS


def test_each_column_of_the_table_users_is_explained() -> None:
    text = PAGE.read_text(encoding="utf-8")

    missing = [name for name in User._meta.fields_db_projection if f"`users.{name}`" not in text]

    assert not missing


def test_what_comes_later_is_not_here_yet() -> None:
    promised = [name for _, will_be, _ in rows(PAGE, "Comes later") for name in names(will_be)]

    here = [name for name in promised if (ROOT / Path(name)).exists() or name in COMMANDS]

    assert not here  # move its row up, and say what it became

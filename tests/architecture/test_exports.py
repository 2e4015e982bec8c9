"""A package's face: what `__init__` names, and that it does nothing else."""

from __future__ import annotations

import ast
from importlib import import_module

import pytest

from tests.architecture.source import File, sources

FACES = [file for file in sources() if file.is_init and file.text.strip()]


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.module)
def test_a_face_imports_and_names_what_it_imports_and_no_more(face: File) -> None:
    said = ast.get_docstring(face.tree) is not None
    *imported, last = face.tree.body[said:]
    names = [
        alias.asname or alias.name
        for node in imported
        if isinstance(node, ast.ImportFrom) and node.module != "__future__"
        for alias in node.names
    ]

    assert all(isinstance(node, ast.ImportFrom) for node in imported), "no logic in __init__"
    assert isinstance(last, ast.Assign)
    assert ast.unparse(last.targets[0]) == "__all__"
    assert sorted(ast.literal_eval(last.value)) == sorted(names)


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.module)
def test_what_a_face_names_is_there(face: File) -> None:
    module = import_module(face.module)

    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_every_package_has_its_init() -> None:
    folders = {file.path.rpartition("/")[0] for file in sources() if "/" in file.path}
    inits = {file.path.rpartition("/")[0] for file in sources() if file.is_init}

    assert folders - inits == set()


def test_every_module_with_code_takes_annotations_as_text() -> None:
    missing = [
        file.path
        for file in sources()
        if file.text.strip() and "from __future__ import annotations" not in file.text
    ]

    assert missing == []


def test_every_public_class_says_what_it_is() -> None:
    silent = [
        f"{file.path}:{node.name}"
        for file in sources()
        for node in file.tree.body
        if isinstance(node, ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]

    assert silent == []

"""stub:publish: a clone's own stubs are what its generators fill."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.console.make import stub
from pkg.console import Exit
from tests.console.conftest import Run
from tests.console.projects import copied, files


@pytest.fixture(autouse=True)
def own(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the clone's own stubs, below a root that is the test's."""
    (root / "resources").unlink()
    copied(root, "app/models", "database")
    folder = root / "resources" / "stubs"
    monkeypatch.setattr(stub, "OWN", folder)
    return folder


def test_one_s_own_stub_is_what_is_filled(run: Run, root: Path, own: Path) -> None:
    published = run("stub:publish", "model")
    model = own / "model.stub"
    model.write_text(model.read_text().replace("class {{model}}", "# ours\nclass {{model}}"))

    run("make:model", "Tag", "label:string:40!")

    assert published.stdout == "✓ made resources/stubs/model.stub\n"
    assert "# ours\nclass Tag(Base):" in files(root)["app/models/tag.py"]


def test_a_published_stub_writes_what_the_shipped_one_wrote(run: Run, root: Path) -> None:
    run("make:model", "Tag", "label:string:40!", "-a")
    before = files(root)
    run("undo")

    run("stub:publish")
    run("make:model", "Tag", "label:string:40!", "-a")

    assert files(root) == before


def test_all_are_published_and_none_twice(run: Run, own: Path) -> None:
    run("stub:publish", "model")
    (own / "model.stub").write_text("mine\n")

    all_of_them = run("stub:publish")

    assert sorted(own.rglob("*.stub")) == sorted(own / f"{name}.stub" for name in stub.names())
    assert (own / "model.stub").read_text() == "mine\n"
    assert "model.stub is your own already" in all_of_them.stderr


def test_stubs_are_listed_with_whose_they_are(run: Run) -> None:
    run("stub:publish", "crud/policy")

    rows = json.loads(run("stub:publish", "--list", "--json").stdout)

    assert {row["name"] for row in rows if row["own"]} == {"crud/policy"}
    assert len(rows) == len(stub.names())


@pytest.mark.parametrize("name", ["nothing", "../../../etc/passwd", "crud", ""])
def test_what_is_no_stub_is_told(run: Run, own: Path, name: str) -> None:
    told = run("stub:publish", name)

    assert told.exit_code == Exit.USAGE
    assert f"no stub {name!r}" in told.stderr
    assert not own.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("class {{modle}}: ...\n", "model.stub asks for modle, and there is only"),
        ("class {{model}}(:\n", "app/models/tag.py:1 would be no Python"),
    ],
)
def test_a_broken_stub_is_named_and_nothing_is_written(
    run: Run, root: Path, own: Path, text: str, said: str
) -> None:
    own.mkdir(parents=True)
    (own / "model.stub").write_text(text)
    before = files(root)

    told = run("make:model", "Tag", "label:string:40!", "-a")

    assert told.exit_code == Exit.FAILED
    assert said in told.stderr
    assert files(root) == before

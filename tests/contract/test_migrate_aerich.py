"""Stock aerich and our runner take turns: its command applies our files, and we go on with its."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from pkg.database import Dialect
from pkg.migrate import MigrateConfig, Migrator
from tests.contract.migrations import package
from tests.contract.schemas import schema_of
from tests.contract.test_migrate import names
from tests.databases import blank, opened

ROOT = Path(__file__).parents[2]
OURS = ROOT / "database" / "migrations"
SERVERS = ("postgres", "mysql")
CONFIG = """
import os
CONFIG = {{
    "connections": {{"default": os.environ["AERICH_URL"]}},
    "apps": {{"{app}": {{"models": [{models}], "default_connection": "default"}}}},
}}
"""
PROJECT = """
[tool.aerich]
tortoise_orm = "stock.CONFIG"
location = "./migrations"
src_folder = "./."
"""
MODEL = """
from tortoise import fields, models

class Cup(models.Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=20)
"""

pytestmark = pytest.mark.slow


async def aerich(folder: Path, url: str, *words: str, app: str, models: str) -> str:
    """Runs stock aerich in *folder*, and answers what it printed."""
    (folder / "stock.py").write_text(CONFIG.format(app=app, models=models))
    (folder / "pyproject.toml").write_text(PROJECT)
    parts = urlsplit(url)
    scheme = "asyncpg" if parts.scheme.startswith("postgres") else "mysql"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "aerich", *words),
        cwd=folder,
        env={
            **os.environ,
            "AERICH_URL": urlunsplit(parts._replace(scheme=scheme)),
            "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    return said


@pytest.mark.parametrize("dialect", SERVERS)
async def test_stock_aerich_applies_our_files_and_our_runner_goes_on(
    dialect: Dialect, tmp_path: Path
) -> None:
    theirs = tmp_path / "migrations" / "models"
    theirs.mkdir(parents=True)
    first = sorted(OURS.glob("[0-9]*.py"))[:2]
    for file in first:
        shutil.copy(file, theirs)

    async with blank(dialect, tmp_path) as alone, opened(alone) as database:
        await Migrator(database).up()
        expected = await schema_of(database)
    async with blank(dialect, tmp_path) as url, opened(url) as database:
        said = await aerich(
            *(tmp_path, url, "upgrade"), app="models", models="'app.models', 'aerich.models'"
        )
        migrator = Migrator(database)
        ran = await migrator.up()

        assert all(f"Success upgrading to {file.name}" in said for file in first)
        assert names(ran) == [file.stem for file in sorted(OURS.glob("[0-9]*.py"))[2:]]
        assert await schema_of(database) == expected
        assert names(await migrator.reset())[-1] == first[0].stem
        assert await schema_of(database) == {}


@pytest.mark.parametrize("dialect", SERVERS)
async def test_an_aerich_project_moves_in(dialect: Dialect, tmp_path: Path) -> None:
    """Its files, its rows and its own name for the app stay; the next file is one of ours."""
    (tmp_path / "cups.py").write_text(MODEL)
    models = "'cups', 'aerich.models'"
    async with blank(dialect, tmp_path) as url, opened(url) as database:
        await aerich(tmp_path, url, "init-db", app="kitchen", models=models)
        folder = tmp_path / "migrations" / "kitchen"
        (init,) = folder.glob("0_*_init.py")
        ours = """
from pkg.migrate import Schema, table

async def upgrade(db):
    schema = Schema(db)
    schema.add_column("cup", table.integer("size", default=3))
    await schema.rename_column("cup", "name", "title")
    return schema.sql()

async def downgrade(db):
    schema = Schema(db)
    await schema.rename_column("cup", "title", "name")
    await schema.drop_column("cup", "size")
    return schema.sql()
"""
        await database.execute("INSERT INTO cup (name) VALUES ('mug')")
        with package(tmp_path, {init.stem: init.read_text(), "1_size": ours}) as name:
            migrator = Migrator(database, name, config=MigrateConfig(app="kitchen"))
            before = await migrator.pending()
            ran = await migrator.up()
            rows = await database.fetch("SELECT title, size FROM cup")
            await migrator.down()

        assert before == ["1_size"]
        assert names(ran) == ["1_size"]
        assert rows == [{"title": "mug", "size": 3}]
        assert await database.fetch("SELECT name FROM cup") == [{"name": "mug"}]
        (folder / "1_size.py").write_text(ours)
        said = await aerich(tmp_path, url, "upgrade", app="kitchen", models=models)
        assert "Success upgrading to 1_size.py" in said

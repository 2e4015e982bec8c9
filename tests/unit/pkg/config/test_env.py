"""The environment becomes frozen models, and every fault is told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator

from pkg.config import ConfigFaults, Env
from pkg.errors import Misconfigured


def _even(value: int) -> int:
    if value % 2:
        raise ValueError("must be even")
    return value


class Shop(BaseModel, frozen=True, extra="forbid", validate_by_name=True):
    """A shop.

    Only the first line is its topic.
    """

    name: str = Field(default="corner", description="Its name.", max_length=10)
    seats: Annotated[int, AfterValidator(_even)] = Field(default=4, ge=0, le=100)
    open: bool = Field(default=True, description="Whether it sells.")
    kind: Literal["food", "books"] = "food"
    key: SecretStr = SecretStr("")
    tags: tuple[str, ...] = ()
    ratio: float | None = None
    area: frozenset[str] | None = None
    region: str = Field(default="CN", validation_alias="REGION")


def env(root: Path, name: str | None = None, **environ: str) -> Env:
    return Env.load(root, name, environ)


def faults(env: Env) -> list[str]:
    with pytest.raises(ConfigFaults) as caught:
        env.check()
    return [str(fault) for fault in caught.value.faults]


def test_what_is_not_set_keeps_its_default(tmp_path: Path) -> None:
    assert env(tmp_path).read(Shop, "SHOP_") == Shop()


def test_fields_are_read_by_prefix_and_capitals(tmp_path: Path) -> None:
    read = env(
        tmp_path,
        SHOP_NAME="mine",
        SHOP_SEATS="8",
        SHOP_OPEN="false",
        SHOP_KIND="books",
        SHOP_KEY="k",
        SHOP_RATIO="0.5",
    ).read(Shop, "SHOP_")

    assert (read.name, read.seats, read.open, read.kind) == ("mine", 8, False, "books")
    assert (read.key.get_secret_value(), read.ratio) == ("k", 0.5)


def test_a_field_with_an_alias_is_read_from_that_name_alone(tmp_path: Path) -> None:
    read = env(tmp_path, REGION="HK", SHOP_REGION="US").read(Shop, "SHOP_")

    assert read.region == "HK"


def test_lists_are_split_at_commas(tmp_path: Path) -> None:
    read = env(tmp_path, SHOP_TAGS=" a, b,,c ", SHOP_AREA="x").read(Shop, "SHOP_")

    assert read.tags == ("a", "b", "c")
    assert read.area == frozenset({"x"})


def test_a_variable_set_to_nothing_counts_as_not_set(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SHOP_NAME=file\n")
    read = env(tmp_path, SHOP_NAME="")

    assert read.read(Shop, "SHOP_").name == "file"
    assert not read.has("SHOP_KIND")


def test_a_default_of_the_topic_holds_until_the_variable_is_set(tmp_path: Path) -> None:
    assert env(tmp_path).read(Shop, "SHOP_", name="topic").name == "topic"
    assert env(tmp_path, SHOP_NAME="set").read(Shop, "SHOP_", name="topic").name == "set"


def test_the_environment_beats_the_named_file_and_that_beats_the_plain_one(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\nB=1\nC=1\n")
    (tmp_path / ".env.testing").write_text("B=2\nC=2\n")
    read = env(tmp_path, "testing", C="3")

    assert [read.text(name) for name in "ABC"] == ["1", "2", "3"]
    assert read.sources("C") == [("environment", "3"), (".env.testing", "2"), (".env", "1")]
    assert read.sources("NONE") == []


def test_the_order_of_sources_holds_where_the_environment_itself_names_the_file(
    tmp_path: Path,
) -> None:
    (tmp_path / ".env").write_text("C=1\n")
    (tmp_path / ".env.testing").write_text("C=2\n")
    read = env(tmp_path, APP_ENV="testing", C="3")

    assert read.sources("C") == [("environment", "3"), (".env.testing", "2"), (".env", "1")]


def test_app_env_picks_the_file_when_no_name_is_given(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("APP_ENV=testing\n")
    (tmp_path / ".env.testing").write_text("A=file\n")

    assert env(tmp_path).text("A") == "file"
    assert env(tmp_path, APP_ENV="staging").text("A") == ""


def test_the_name_given_becomes_app_env_unless_its_file_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("APP_ENV=local\n")
    (tmp_path / ".env.shop2").write_text("APP_ENV=production\n")

    assert env(tmp_path, "testing", APP_ENV="local").text("APP_ENV") == "testing"
    assert env(tmp_path, "shop2").text("APP_ENV") == "production"


@pytest.mark.parametrize("name", ["../secret", "a/b", "a b"])
def test_a_name_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    assert faults(env(tmp_path, name)) == ["APP_ENV: may hold letters, digits, - and _ only"]


def test_values_stay_the_text_that_was_written(tmp_path: Path) -> None:
    texts = {
        "A": "007",
        "B": "1e5",
        "C": "@format {env[HOME]}",
        "D": "[1, 2]",
        "E": "a$b ${HOME}",
        "F": "@none",
        "G": "2026-01-01",
    }
    (tmp_path / ".env").write_text("".join(f"{name}='{text}'\n" for name, text in texts.items()))
    read = env(tmp_path)

    assert {name: read.text(name) for name in texts} == texts


def test_reading_never_writes_to_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ONLY_IN_THE_FILE=1\n")
    before = dict(os.environ)

    Env.load(tmp_path).text("ONLY_IN_THE_FILE")

    assert dict(os.environ) == before


def test_every_fault_is_told_at_once_with_its_source(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SHOP_SEATS=many\n")
    read = env(tmp_path, SHOP_OPEN="perhaps", SHOP_KIND="toys", SHOP_NAME="x" * 11)

    shop = read.read(Shop, "SHOP_")
    read.fault("OTHER", "is wrong too")

    told = faults(read)
    assert len(told) == 5
    assert any(line.startswith("SHOP_SEATS (from .env): must be a valid integer") for line in told)
    assert "OTHER: is wrong too" in told
    assert shop == Shop()


def test_what_is_right_beside_a_fault_is_kept(tmp_path: Path) -> None:
    shop = env(tmp_path, SHOP_SEATS="3", SHOP_NAME="mine").read(Shop, "SHOP_")

    assert (shop.seats, shop.name) == (4, "mine")


def test_a_fault_never_quotes_the_value(tmp_path: Path) -> None:
    read = env(tmp_path, SHOP_SEATS="hunter2", SHOP_NAME="hunter2-hunter2")
    read.read(Shop, "SHOP_")

    assert "hunter2" not in " ".join(faults(read))


def test_a_rule_of_the_whole_model_is_a_fault_of_the_model(tmp_path: Path) -> None:
    class Pair(BaseModel, frozen=True, extra="forbid"):
        low: int = 0
        high: int = 1

        @model_validator(mode="after")
        def ordered(self) -> Pair:
            if self.low > self.high:
                raise ValueError("low must not be over high")
            return self

    read = env(tmp_path, LOW="5")

    assert read.read(Pair) == Pair()
    assert faults(read) == ["Pair: low must not be over high"]


def test_no_fault_is_no_error(tmp_path: Path) -> None:
    env(tmp_path).check()


def test_faults_are_a_misconfiguration(tmp_path: Path) -> None:
    read = env(tmp_path)
    read.fault("A", "is wrong")
    read.fault("B", "too")

    with pytest.raises(Misconfigured, match="A: is wrong; B: too"):
        read.check()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("no equals sign here\n", "line 1 is not NAME=value"),
        ("A=1\nALONE\n", "line 2 is not NAME=value"),
        ("A='open\n", "line 1 is not NAME=value"),
    ],
)
def test_a_line_that_is_none_is_named(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / ".env").write_text(text)

    assert faults(env(tmp_path)) == [f".env: {problem}"]


def test_a_file_that_is_no_text_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"A=\xff\xfe\n")

    assert faults(env(tmp_path)) == [".env: is not UTF-8 text"]


def test_a_folder_in_the_place_of_the_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()

    assert faults(env(tmp_path)) == [".env: cannot be read: Is a directory"]


def test_comments_quotes_and_export_are_understood(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# hello\nexport A=1 # one\nB=\"two words\"\nC='x'\n", "utf-8")
    read = env(tmp_path)

    assert [read.text(name) for name in "ABC"] == ["1", "two words", "x"]


def test_names_that_are_no_settings_are_left_alone(tmp_path: Path) -> None:
    read = env(tmp_path, http_proxy="x", A__B="y", BASH_FUNC="z")

    assert not read.has("http_proxy")
    assert read.names("BASH") == ["BASH_FUNC"]


def test_every_variable_asked_for_is_described(tmp_path: Path) -> None:
    read = env(tmp_path)
    read.read(Shop, "SHOP_", seats=6)
    read.text("SHOP_EXTRA_X", "d", description="One more.")

    described = read.variables
    assert list(described)[:3] == ["SHOP_NAME", "SHOP_SEATS", "SHOP_OPEN"]
    assert described["SHOP_NAME"].topic == "A shop."
    assert described["SHOP_NAME"].range == "length up to 10"
    assert described["SHOP_SEATS"].range == "at least 0, at most 100"
    assert described["SHOP_SEATS"].default == "6"
    assert described["SHOP_OPEN"].range == "true | false"
    assert described["SHOP_KIND"].range == "food | books"
    assert described["SHOP_KEY"].secret
    assert described["SHOP_RATIO"].default == ""
    assert described["REGION"].default == "CN"
    assert described["SHOP_EXTRA_X"].description == "One more."


def test_the_first_description_of_a_name_stays(tmp_path: Path) -> None:
    read = env(tmp_path)
    read.read(Shop, "SHOP_")
    read.text("SHOP_NAME")

    assert read.variables["SHOP_NAME"].description == "Its name."

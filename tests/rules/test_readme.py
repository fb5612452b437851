"""Both READMEs say the same, and only what is so: settings with their defaults, commands, targets, files."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.cli.commands import _COMMANDS as COMMANDS
from app.settings import Settings
from tests.rules.source_files import ROOT, python_files

README = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")}
BOTH = pytest.mark.parametrize("name", README)
_NOT_SETTINGS = {"HUASHU_REQUIRE_BROWSER", "HUASHU_BENCH_DATA"}
"""Read by make and the benchmarks, not by the program."""


def _default(setting: str) -> str:
    default = Settings.model_fields[setting].default
    return default.get_secret_value() if isinstance(default, SecretStr) else str(default)


@BOTH
def test_readme_stays_short(name: str) -> None:
    assert len(README[name].splitlines()) <= 200


@BOTH
def test_every_setting_has_a_row_with_its_default_and_no_other_is_named(name: str) -> None:
    rows = dict(re.findall(r"^\| `(HUASHU_\w+)` \| *`?([^|`]*?)`? *\|", README[name], re.MULTILINE))
    assert rows == {f"HUASHU_{setting.upper()}": _default(setting) for setting in Settings.model_fields}
    assert set(re.findall(r"HUASHU_[A-Z_]+", README[name])) - rows.keys() == _NOT_SETTINGS


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_no_setting_is_dead(setting: str) -> None:
    read = re.compile(rf"\b(?:self|settings)\.{setting}\b")
    assert any(read.search(file.read_text(encoding="utf-8")) for file in python_files("app"))


@BOTH
def test_every_command_has_a_row_with_an_example_and_no_other(name: str) -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| .* \| `\.venv/bin/huashu ([a-z-]+)\b[^`]*` \|$", README[name], re.MULTILINE)
    assert [command for command, _ in rows] == [example for _, example in rows]
    assert sorted(command for command, _ in rows) == sorted(COMMANDS)


@BOTH
def test_make_has_the_targets_that_are_named(name: str) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake (\w+)\b", " ".join(re.findall(r"`[^`]+`|^make \w+$", README[name], re.MULTILINE))))
    assert named == {"setup", "run", "test", "bench"}
    assert named <= targets


def test_both_languages_show_the_same_commands_and_files() -> None:
    blocks, examples, sections = (
        [re.findall(pattern, text, re.MULTILINE | re.DOTALL) for text in README.values()]
        for pattern in (r"^```\w+\n.*?^```", r"`\.venv/bin/huashu [^`]+`", r"^##? ")
    )
    for english, chinese in (blocks, examples, sections):
        assert english == chinese
        assert english


_DOCUMENTS = [ROOT / name for name in (*README, "CHANGELOG.md")] + sorted((ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_links_lead_to_files_that_are_there(document: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]+`", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)", prose)
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_picture_is_small_enough_for_a_readme() -> None:
    assert (ROOT / "docs" / "images" / "workbench.png").stat().st_size <= 300_000

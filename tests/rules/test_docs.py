"""Rule 5: every setting, command and card field is found in the documentation, so that none is a secret.

Routes are compared with docs/api.md in tests/api/test_api_doc.py.
"""

import re
from functools import cache
from pathlib import Path

import pytest

from app.cli.commands import _COMMANDS as COMMANDS
from app.settings import Settings
from kb.card_files.columns import COLUMNS
from tests.rules.source_files import PACKAGES, ROOT, name_of

_TEXT = {".py", ".md", ".html", ".js", ".css", ".json", ".toml", ".yaml", ".yml", ".txt"}


@cache
def _documentation() -> str:
    files = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.md"))]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_setting_is_documented(setting: str) -> None:
    assert f"HUASHU_{setting.upper()}" in _documentation()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_command_is_documented(command: str) -> None:
    assert re.search(rf"huashu {command}\b|`{command}[ `]", _documentation())


@pytest.mark.parametrize("field", [column.field for column in COLUMNS])
def test_card_field_is_documented(field: str) -> None:
    assert f"`{field}`" in _documentation()


def _files_that_name_documents() -> list[Path]:
    folders = [ROOT / name for name in (*PACKAGES, "benchmarks", "data/faq", "docs", "tests")]
    inside = [file for folder in folders for file in folder.rglob("*") if file.suffix in _TEXT and file.is_file()]
    beside = [*ROOT.glob("*.md"), ROOT / "Makefile", ROOT / "pyproject.toml"]
    return sorted([*inside, *beside])


def test_every_document_somebody_is_sent_to_exists() -> None:
    named = {
        (name_of(file), path)
        for file in _files_that_name_documents()
        for path in re.findall(r"\bdocs/[\w./-]+?\.md\b", file.read_text(encoding="utf-8"))
    }
    assert ("tests/api/test_api_doc.py", "docs/api.md") in named
    assert [(file, path) for file, path in sorted(named) if not (ROOT / path).exists()] == []

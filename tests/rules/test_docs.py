"""Rule 5: every setting, command, route and card field is found in the documentation, so that none is a secret."""

import re
from functools import cache

import pytest

from api.application import build_application
from app.cli.commands import _COMMANDS as COMMANDS
from app.settings import Settings
from kb.card_files.columns import COLUMNS
from tests.rules.source_files import ROOT


@cache
def _documentation() -> str:
    files = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.md"))]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())


def _routes() -> list[str]:
    paths = build_application().openapi()["paths"]
    return sorted(paths)


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_setting_is_documented(setting: str) -> None:
    assert f"HUASHU_{setting.upper()}" in _documentation()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_command_is_documented(command: str) -> None:
    assert re.search(rf"huashu {command}\b|`{command}[ `]", _documentation())


@pytest.mark.parametrize("path", _routes())
def test_route_is_documented(path: str) -> None:
    assert path in _documentation() or path.removeprefix("/api/v1") in _documentation()


@pytest.mark.parametrize("field", [column.field for column in COLUMNS])
def test_card_field_is_documented(field: str) -> None:
    assert f"`{field}`" in _documentation()

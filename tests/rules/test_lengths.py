"""Rule 2: what does not fit on a few screens is two things.

A file over 400 lines, a function over 60 or a template over 120 fails, unless it is named here with a reason.
"""

import ast
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.rules.source_files import ROOT, name_of, parsed, python_files

FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 60, 120
EXCEPTIONS = {
    "app/migrations/versions/*": "a migration lists every table, as Alembic writes it",
}


def _templates() -> list[Path]:
    return sorted((ROOT / "web").rglob("*.html"))


def _lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def _functions_too_long(file: Path) -> list[str]:
    return [
        f"{node.name} ({length} lines)"
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]


def _is_excepted(file: Path) -> bool:
    return any(fnmatch(name_of(file), pattern) for pattern in EXCEPTIONS)


@pytest.mark.parametrize("file", [file for file in python_files() if not _is_excepted(file)], ids=name_of)
def test_source_file_and_its_functions_are_short(file: Path) -> None:
    assert _lines(file) <= FILE_LINES
    assert not _functions_too_long(file)


@pytest.mark.parametrize("file", _templates(), ids=name_of)
def test_template_is_short(file: Path) -> None:
    assert _lines(file) <= TEMPLATE_LINES


def test_every_exception_is_still_needed() -> None:
    for pattern in EXCEPTIONS:
        matched = [file for file in python_files() if fnmatch(name_of(file), pattern)]
        assert any(_lines(file) > FILE_LINES or _functions_too_long(file) for file in matched), f"{pattern} is short"

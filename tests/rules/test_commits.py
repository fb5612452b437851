"""Rule 3: only `api/deps.py` and `app/` commit: one request, one transaction, and nothing half."""

import ast
from pathlib import Path

import pytest

from tests.rules.source_files import name_of, parsed, python_files

_MAY_COMMIT = "api/deps.py"


def _commits(file: Path) -> list[int]:
    """Lines on which something is committed, or a transaction is begun that commits at its end."""
    return [
        node.lineno
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("commit", "begin")
    ]


@pytest.mark.parametrize("file", python_files("embeddings", "kb", "coaching", "api", "web"), ids=name_of)
def test_only_the_request_session_commits(file: Path) -> None:
    if name_of(file) == _MAY_COMMIT:
        assert _commits(file), "the request's session has to commit somewhere"
    else:
        assert _commits(file) == []

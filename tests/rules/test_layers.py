"""Rule 1: imports point one way, and files that say "Pure" are.

Only so can the knowledge base be used without HTTP, the encoder without a database, and the decisions
(ranking, rules, scores) be tested without either.
"""

import ast
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.rules.source_files import ROOT, imported_modules, name_of, parsed, python_files

_OUTSIDE_WORLD = {
    "sqlalchemy", "sqlmodel", "fastapi", "starlette", "os", "pathlib", "io", "socket", "subprocess", "shutil",
    "tempfile", "httpx", "urllib", "http", "threading", "random", "secrets", "time", "sqlite3",
}  # fmt: skip


def _pure_files() -> list[Path]:
    return [file for file in python_files() if "Pure." in (ast.get_docstring(parsed(file)) or "").split("\n\n")[0]]


def test_imports_point_from_app_down_to_embeddings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize("file", _pure_files(), ids=name_of)
def test_pure_file_touches_nothing_outside(file: Path) -> None:
    tree = parsed(file)
    touched = {name for name in imported_modules(_without_type_checking(tree)) if name.split(".")[0] in _OUTSIDE_WORLD}
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("open", "input", "print")
    }
    assert not touched | called, f"{name_of(file)} says Pure and uses {sorted(touched | called)}"


def test_some_files_are_pure() -> None:
    assert len(_pure_files()) >= 5


def _without_type_checking(tree: ast.Module) -> ast.Module:
    class Skip(ast.NodeTransformer):
        def visit_If(self, node: ast.If) -> ast.AST | None:
            is_types_only = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
            return None if is_types_only else self.generic_visit(node)

    pruned = Skip().visit(tree)
    assert isinstance(pruned, ast.Module)
    return pruned

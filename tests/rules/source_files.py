"""The project's own source files, as the rules look at them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("embeddings", "kb", "coaching", "api", "web", "app")


def python_files(*packages: str) -> list[Path]:
    """Every Python file of these packages (none named: of all), sorted."""
    return sorted(file for package in packages or PACKAGES for file in (ROOT / package).rglob("*.py"))


def name_of(file: Path) -> str:
    """The path as people write it."""
    return file.relative_to(ROOT).as_posix()


def module_of(file: Path) -> str:
    """The dotted name that imports it."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parsed(file: Path) -> ast.Module:
    """The syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"))


def imported_modules(tree: ast.AST) -> Iterator[str]:
    """Dotted names a file imports at run time, anywhere in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module

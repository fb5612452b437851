"""Rule 8: importing any module with an empty environment does nothing: no file, no connection, nothing printed.

Whoever imports a module for one function must not start a server, load a model or read settings by it.
"""

import subprocess
import sys
from pathlib import Path

from tests.rules.source_files import ROOT, module_of, python_files

_ENTRY_POINTS = {"app.__main__", "app.migrations.env"}
"""Files that exist to be run, by `python -m app` and by Alembic."""
_PROGRAM = """
import importlib, socket, sys
sys.path.insert(0, {root!r})
def closed(*_args, **_more):
    raise SystemExit("importing opened a connection")
socket.socket.connect = closed
for name in {modules!r}:
    importlib.import_module(name)
"""
_LIGHT = """
import sys
sys.path.insert(0, {root!r})
import app.cli
print(sorted({{"torch", "sentence_transformers", "faiss", "onnxruntime", "dbos", "fastapi", "sqlmodel"}} & set(sys.modules)))
"""


def test_the_command_line_loads_nothing_heavy_before_it_knows_the_command() -> None:
    program = _LIGHT.format(root=str(ROOT))
    ran = subprocess.run([sys.executable, "-c", program], env={}, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_importing_everything_does_nothing(tmp_path: Path) -> None:
    modules = [module_of(file) for file in python_files()]
    wanted = [name for name in modules if name not in _ENTRY_POINTS and not name.startswith("app.migrations")]
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-B", "-c", _PROGRAM.format(root=str(ROOT), modules=wanted)],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []

"""A data directory for real commands and servers, and commands run in the process of the tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.commands import main
from embeddings import Encoder


@pytest.fixture
def data_dir(tmp_path: Path, model_dir: Path, encoder: Encoder) -> Path:
    """An empty data directory; only the model is there already."""
    assert encoder, "whoever loads it unpacks it"
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "model").symlink_to(model_dir)
    return folder


class Told:
    """What a command said."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err
        self.error = err.splitlines()[-1] if err else ""


Huashu = Callable[..., Told]


@pytest.fixture
def huashu(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Huashu:
    """Runs one command to its end, as a process of its own would, without starting one."""
    monkeypatch.setenv("HUASHU_DATA_DIR", str(data_dir))

    def _huashu(*arguments: object) -> Told:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        code = ended.value.code
        said = capsys.readouterr()
        return Told(code if isinstance(code, int) else 0, said.out, said.err)

    return _huashu

"""A data directory for real commands and servers."""

from pathlib import Path

import pytest

from embeddings import load_encoder


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled model, unpacked once for all processes of these tests."""
    folder = tmp_path_factory.mktemp("unpacked")
    load_encoder(None, folder)
    return folder


@pytest.fixture
def data_dir(tmp_path: Path, model_dir: Path) -> Path:
    """An empty data directory; only the model is there already."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "model").symlink_to(model_dir)
    return folder

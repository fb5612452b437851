import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from api.services import Services
from app.database import DatabaseVectorCache, open_database
from app.index_store import IndexStore
from embeddings import Encoder, load_encoder
from kb.search.catalogue import Catalogue
from tests.embeddings.tiny_model import write_tiny_model


@pytest.fixture
def store(tmp_path: Path, encoder: Encoder) -> IndexStore:
    return IndexStore(tmp_path, encoder)


def _saved(store: IndexStore, services: Services) -> None:
    with Session(services.engine) as session:
        store.save(session, services.catalogue)


def test_saved_index_is_loaded_again(
    store: IndexStore, services: Services, encoder: Encoder, tmp_path: Path, publish: Callable[..., int]
) -> None:
    publish("多久发货")
    _saved(store, services)
    with Session(services.engine) as session:
        loaded = IndexStore(tmp_path, encoder).load(session)
    assert loaded.ids().tolist() == services.catalogue.index.ids().tolist() != []


def test_index_of_another_database_is_not_trusted(
    store: IndexStore, services: Services, tmp_path: Path, publish: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    publish("多久发货")
    _saved(store, services)
    other = open_database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    with Session(other) as session:
        assert len(store.load(session)) == 0
    other.dispose()
    assert "another database" in caplog.text


def test_damaged_index_is_built_again(
    store: IndexStore, services: Services, tmp_path: Path, publish: Callable[..., int]
) -> None:
    publish("多久发货")
    _saved(store, services)
    [file] = (tmp_path / "index").rglob("*.snapshot")
    content = bytearray(file.read_bytes())
    content[-10] ^= 1
    file.write_bytes(content)
    with Session(services.engine) as session:
        assert len(store.load(session)) == 0


def test_a_disk_that_takes_nothing_is_a_warning(
    tmp_path: Path,
    services: Services,
    encoder: Encoder,
    publish: Callable[..., int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    publish("多久发货")
    (tmp_path / "index").write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        _saved(IndexStore(tmp_path, encoder), services)
    assert "索引快照写入" in caplog.text
    assert len(services.catalogue.index) == 1


def test_unchanged_index_is_not_written_again(
    store: IndexStore, services: Services, tmp_path: Path, publish: Callable[..., int]
) -> None:
    publish("多久发货")
    _saved(store, services)
    [file] = (tmp_path / "index").rglob("*.snapshot")
    file.unlink()
    _saved(store, services)
    assert not file.exists()
    publish("能开发票吗")
    _saved(store, services)
    assert file.exists()


def test_another_model_embeds_everything_anew_and_never_mixes(
    store: IndexStore, services: Services, engine: Engine, tmp_path: Path, publish: Callable[..., int]
) -> None:
    publish("多久发货")
    _saved(store, services)
    other = load_encoder(str(write_tiny_model(tmp_path / "tiny", seed=1)), tmp_path)
    assert other.model_id != services.catalogue.encoder.model_id
    counted: list[int] = []
    with Session(engine) as session:
        index = IndexStore(tmp_path, other).load(session)
        assert len(index) == 0
        again = Catalogue(other, DatabaseVectorCache(engine), index)
        again.load(session, counted.append)
    vector = other.encode_documents(["多久发货"])
    found = again.index.search(vector, 1)
    assert found.scores[0][0] == pytest.approx(1, abs=0.01)
    assert again.index.dimension == other.dimension != services.catalogue.index.dimension
    with Session(engine) as session:
        kept = IndexStore(tmp_path, services.catalogue.encoder).load(session)
    assert kept.dimension == services.catalogue.index.dimension
    assert np.array_equal(kept.ids(), services.catalogue.index.ids())

"""The sample company with its cards: embedding them takes most of a minute, so every test here shares one."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from app.card_import import CardImporter
from app.database import DatabaseVectorCache, open_database
from app.samples.loading import load_samples
from embeddings import Encoder, FaissIndex
from kb.search.catalogue import Catalogue

SAMPLES_LOADED_AT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def samples(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database with the sample company and its published cards."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('samples') / 'huashu.sqlite3'}")
    importer = CardImporter(engine, encoder, DatabaseVectorCache(engine), lambda: SAMPLES_LOADED_AT)
    load_samples(importer, ZoneInfo("Asia/Shanghai"), _silent)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def all_cards(encoder: Encoder, samples: Engine) -> Catalogue:
    catalogue = Catalogue(encoder, DatabaseVectorCache(samples), FaissIndex(encoder.dimension))
    with Session(samples) as session:
        catalogue.load(session)
    return catalogue


def _silent(_name: str, _total: int | None) -> Callable[[int], None]:
    return lambda _count: None

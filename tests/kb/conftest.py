"""Real database and real encoder for the knowledge base; the clock stands still."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from app.database import DatabaseVectorCache, open_database
from embeddings import Encoder, FaissIndex, load_encoder
from kb.cards.editing import Actor, create_card, publish_card
from kb.content import CardContent
from kb.search.catalogue import Catalogue

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
TRAINER = Actor("account:1", NOW)


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return load_encoder(None, tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "empty.sqlite3"
    open_database(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture
def engine(empty_database: Path, tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "huashu.sqlite3"
    shutil.copy(empty_database, path)
    engine = open_database(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@pytest.fixture
def catalogue(encoder: Encoder, engine: Engine) -> Catalogue:
    return Catalogue(encoder, DatabaseVectorCache(engine), FaissIndex(encoder.dimension))


@pytest.fixture
def publish(session: Session, catalogue: Catalogue) -> Callable[..., int]:
    """Publishes a card with these fields and lets the catalogue follow; gives its id."""

    def _publish(question: str, reply: str = "好的。", **fields: Any) -> int:
        content = CardContent(standard_question=question, replies=[reply], **fields)
        card = create_card(session, content, TRAINER, external_id=fields.get("external_id"))
        publish_card(session, card.card.id or 0, TRAINER)
        session.commit()
        catalogue.refresh(session)
        return card.card.id or 0

    return _publish

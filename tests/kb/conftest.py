"""The knowledge base alone: a catalogue that starts empty, and cards published into it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from app.database import DatabaseVectorCache
from embeddings import Encoder, FaissIndex
from kb.cards.editing import Actor, create_card, publish_card
from kb.content import CardContent
from kb.search.catalogue import Catalogue
from tests.conftest import NOW

TRAINER = Actor("account:1", NOW)


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

"""Chooses the real parts and puts them together: the one place where a running Huashu is made."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import Engine, func
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from app.card_import import CardImporter, Stages
from app.conversation_import import ConversationImporter
from app.database import DatabaseVectorCache, open_database
from app.index_store import IndexStore
from app.inspection import StoredInspector
from app.settings import Settings
from coaching.inspection.inspector import InspectionMemory
from embeddings import Encoder, load_encoder
from kb.cards.tables import Card, QuestionRow, Revision
from kb.search.catalogue import Catalogue

log = logging.getLogger(__name__)


def present() -> datetime:
    """The clock of the running program."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Parts:
    """What commands and the server share; the encoder is loaded when it is first asked for."""

    settings: Settings
    engine: Engine

    @cached_property
    def encoder(self) -> Encoder:
        """The model of the settings.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        return load_encoder(self.settings.model or None, self.settings.data_dir / "model")

    @cached_property
    def cache(self) -> DatabaseVectorCache:
        """Vectors that were made before."""
        return DatabaseVectorCache(self.engine)

    @cached_property
    def index_store(self) -> IndexStore:
        """The vector index between starts."""
        return IndexStore(self.settings.data_dir, self.encoder)

    @property
    def importer(self) -> CardImporter:
        """Card files into this database."""
        return CardImporter(self.engine, self.encoder, self.cache, present)

    @property
    def conversation_importer(self) -> ConversationImporter:
        """Conversation files into this database."""
        return ConversationImporter(self.engine, present)

    def stored_inspector(self, catalogue: Catalogue, memory: InspectionMemory) -> StoredInspector:
        """Inspects what is stored against these cards."""
        return StoredInspector(self.engine, catalogue, memory, present, self.settings.zone)

    def catalogue(self, stages: Stages) -> Catalogue:
        """The published cards, loaded; texts without a vector under this model are embedded now."""
        with Session(self.engine) as session:
            catalogue = Catalogue(self.encoder, self.cache, self.index_store.load(session))
            catalogue.load(session, stages("载入知识卡", count_published_questions(session)))
        return catalogue

    def save_index(self, catalogue: Catalogue) -> None:
        """Keeps the index for the next start."""
        try:
            with Session(self.engine) as session:
                self.index_store.save(session, catalogue)
        except SQLAlchemyError as error:
            log.warning("index snapshot not saved: %s", type(error).__name__)


def count_published_questions(session: Session) -> int:
    """How many questions, negative ones included, the published cards are found by."""
    published = (col(Revision.card_id) == Card.id) & (col(Revision.version) == Card.published_version)
    of_cards = select(func.count()).select_from(QuestionRow).join(Revision, col(Revision.id) == QuestionRow.revision_id)
    return session.exec(of_cards.join(Card, published)).one()


@contextmanager
def open_parts(settings: Settings) -> Iterator[Parts]:
    """The migrated database and what works on it, closed again at the end.

    Raises:
        DatabaseUnusableError: it cannot be opened, or a newer program has written it.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.url)
    try:
        yield Parts(settings, engine)
    finally:
        engine.dispose()

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from app.database import DatabaseVectorCache
from embeddings import Encoder, FaissIndex, Progress, Vectors
from kb.cards.editing import Actor, archive_card, publish_card, rollback_card, save_card
from kb.content import CardContent
from kb.search.background import background_texts
from kb.search.catalogue import Catalogue

TRAINER = Actor("account:1", datetime(2026, 11, 21, 4, 0, tzinfo=UTC))


class FakeEncoder:
    """Counts what it embeds; a text's vector depends on the text alone."""

    def __init__(self, model_id: str = "fake", dimension: int = 8) -> None:
        self.model_id = model_id
        self.dimension = dimension
        self.embedded: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode_documents(texts)

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.embedded += texts
        if progress is not None:
            progress(len(texts))
        rows = [np.random.default_rng(sum(map(ord, text))).normal(size=self.dimension) for text in texts]
        vectors: Vectors = np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _loaded(engine: Engine, encoder: Encoder) -> Catalogue:
    catalogue = Catalogue(encoder, DatabaseVectorCache(engine), FaissIndex(encoder.dimension))
    with Session(engine) as session:
        catalogue.load(session)
    return catalogue


def _of_cards(encoder: FakeEncoder) -> list[str]:
    """What was embedded beside the background, which every catalogue brings along."""
    return [text for text in encoder.embedded if text not in background_texts()]


def test_restart_embeds_nothing_twice(engine: Engine, publish: Callable[..., int]) -> None:
    publish("多久发货", similar_questions=["啥时候发"], negative_questions=["退款多久"])
    first, second = FakeEncoder(), FakeEncoder()
    _loaded(engine, first)
    catalogue = _loaded(engine, second)
    assert len(_of_cards(first)) == 3
    assert second.embedded == []
    assert len(catalogue.index) == 3


def test_rollback_embeds_nothing_twice(engine: Engine, session: Session, publish: Callable[..., int]) -> None:
    card_id = publish("多久发货")
    encoder = FakeEncoder()
    catalogue = _loaded(engine, encoder)
    save_card(session, card_id, CardContent(standard_question="何时发货", replies=("48 小时",)), 1, TRAINER)
    publish_card(session, card_id, TRAINER)
    session.commit()
    catalogue.refresh(session)
    assert _of_cards(encoder) == ["多久发货", "何时发货"]
    rollback_card(session, card_id, 1, TRAINER)
    session.commit()
    catalogue.refresh(session)
    assert _of_cards(encoder) == ["多久发货", "何时发货"]
    assert [entry.standard_question for entry in catalogue.entries()] == ["多久发货"]


def test_another_model_embeds_everything_anew_and_mixes_nothing(engine: Engine, publish: Callable[..., int]) -> None:
    publish("多久发货")
    _loaded(engine, FakeEncoder("one", dimension=8))
    other = FakeEncoder("two", dimension=16)
    catalogue = _loaded(engine, other)
    assert _of_cards(other) == ["多久发货"]
    assert catalogue.index.dimension == 16


def test_card_published_through_one_catalogue_reaches_another(
    engine: Engine, session: Session, publish: Callable[..., int]
) -> None:
    other = _loaded(engine, FakeEncoder())
    card_id = publish("多久发货")
    with Session(engine) as elsewhere:
        assert other.refresh(elsewhere) == 1
        assert other.refresh(elsewhere) == 0
    assert [entry.card_id for entry in other.entries()] == [card_id]
    archive_card(session, card_id, TRAINER)
    session.commit()
    with Session(engine) as elsewhere:
        assert other.refresh(elsewhere) == 1
    assert (other.entries(), len(other.index), len(other.lexical)) == ([], 0, 0)


def test_draft_is_not_in_the_catalogue(session: Session, catalogue: Catalogue, publish: Callable[..., int]) -> None:
    card_id = publish("多久发货")
    save_card(session, card_id, CardContent(standard_question="改了", replies=("x",)), 1, TRAINER)
    session.commit()
    catalogue.refresh(session)
    assert [entry.standard_question for entry in catalogue.entries()] == ["多久发货"]


def test_vectors_of_a_snapshot_that_no_card_uses_are_dropped(engine: Engine, publish: Callable[..., int]) -> None:
    publish("多久发货")
    encoder = FakeEncoder()
    index = FaissIndex(encoder.dimension)
    index.put(np.array([999], dtype=np.int64), encoder.encode_documents(["x"]))
    catalogue = Catalogue(encoder, DatabaseVectorCache(engine), index)
    with Session(engine) as session:
        catalogue.load(session)
    assert 999 not in catalogue.index.ids().tolist()
    assert len(catalogue.index) == 1


def test_readers_always_find_the_card_while_it_is_exchanged(
    engine: Engine, session: Session, publish: Callable[..., int]
) -> None:
    card_id = publish("多久发货")
    catalogue = _loaded(engine, FakeEncoder())
    done = threading.Event()
    missed: list[int] = []

    def read() -> None:
        while not done.is_set():
            hits = catalogue.lexical.search("发货", 3).ids.tolist()
            if not any(catalogue.entry_of_question(key) for key in hits):
                missed.append(1)

    reader = threading.Thread(target=read)
    reader.start()
    for version in range(1, 30):
        save_card(session, card_id, CardContent(standard_question=f"发货{version}", replies=("x",)), version, TRAINER)
        publish_card(session, card_id, TRAINER)
        session.commit()
        catalogue.refresh(session)
    done.set()
    reader.join()
    assert missed == []


@pytest.mark.parametrize("read", range(1, 8))
@pytest.mark.parametrize("catches_up", [Catalogue.load, Catalogue.refresh])
def test_revision_published_between_two_reads_of_the_catalogue_is_neither_mixed_nor_lost(
    engine: Engine, session: Session, publish: Callable[..., int], catches_up: Callable[..., object], read: int
) -> None:
    card_id = publish("问一", "答一")
    catalogue = _loaded(engine, FakeEncoder())
    _publish_again(session, card_id, "二", based_on=1)
    reads = 0

    def publish_before_that_read(*_statement: object) -> None:
        nonlocal reads
        reads += 1
        if reads == read:
            _publish_again(session, card_id, "三", based_on=2)

    with Session(engine) as reader:
        event.listen(reader.connection(), "before_cursor_execute", publish_before_that_read)
        catches_up(catalogue, reader)
    assert reads >= 7
    assert _said(catalogue, card_id) in {None, *((f"问{word}", f"答{word}") for word in "一二三")}
    with Session(engine) as reader:
        catalogue.refresh(reader)
    assert _said(catalogue, card_id) == ("问三", "答三")


def _publish_again(session: Session, card_id: int, word: str, based_on: int) -> None:
    content = CardContent(standard_question=f"问{word}", replies=(f"答{word}",))
    save_card(session, card_id, content, based_on, TRAINER)
    publish_card(session, card_id, TRAINER)
    session.commit()


def _said(catalogue: Catalogue, card_id: int) -> tuple[str, str] | None:
    entry = catalogue.entry(card_id)
    return entry and (entry.standard_question, entry.answer)

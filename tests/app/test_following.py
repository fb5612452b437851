import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from api.lookup_log import LookupLog
from api.services import Services
from app.database import DatabaseVectorCache, open_database
from app.following import MANY, Follower
from embeddings import Encoder, FaissIndex
from kb.cards.editing import note_changes
from kb.search.catalogue import Catalogue
from kb.search.searching import PinyinKeyring
from tests.app.processes import until
from tests.conftest import NOW


@pytest.fixture
def elsewhere(engine: Engine, encoder: Encoder) -> Iterator[Catalogue]:
    """The cards of another process on the same database."""
    own = open_database(str(engine.url))
    catalogue = Catalogue(encoder, DatabaseVectorCache(own), FaissIndex(encoder.dimension))
    with Session(own) as session:
        catalogue.load(session)
    yield catalogue
    own.dispose()


def test_card_published_here_answers_there_within_two_seconds(
    elsewhere: Catalogue, engine: Engine, publish: Callable[..., int]
) -> None:
    follower = Follower(engine, elsewhere, lambda: None, LookupLog(), PinyinKeyring())
    follower.start()
    try:
        card_id = publish("多久发货")
        assert until(lambda: elsewhere.entry(card_id) is not None, 2) < 2
    finally:
        follower.stop()


def test_pinyin_is_spelled_out_before_anybody_searches(
    elsewhere: Catalogue, engine: Engine, publish: Callable[..., int]
) -> None:
    publish("退款进度")
    pinyin = PinyinKeyring()
    follower = Follower(engine, elsewhere, lambda: None, LookupLog(), pinyin)
    follower.start()
    try:
        until(lambda: len(elsewhere) == 1 and pinyin.generation == elsewhere.generation, 5)
    finally:
        follower.stop()


def test_follower_survives_a_database_that_is_gone_for_a_while(
    elsewhere: Catalogue, engine: Engine, publish: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(str(engine.url.database))) as other:
        other.execute("ALTER TABLE card_change RENAME TO away")
        follower = Follower(engine, elsewhere, lambda: None, LookupLog(), PinyinKeyring())
        follower.start()
        try:
            until(lambda: "cannot follow" in caplog.text, 5)
            other.execute("ALTER TABLE away RENAME TO card_change")
            card_id = publish("多久发货")
            until(lambda: elsewhere.entry(card_id) is not None, 5)
        finally:
            follower.stop()
    assert caplog.text.count("cannot follow") == 1, "said once, not twice a second"


def test_index_is_saved_after_many_changes(elsewhere: Catalogue, engine: Engine, session: Session) -> None:
    saved: list[bool] = []
    follower = Follower(engine, elsewhere, lambda: saved.append(True), LookupLog(), PinyinKeyring())
    follower.start()
    try:
        note_changes(session, range(1, MANY), NOW)
        session.commit()
        until(lambda: elsewhere.change_seq == MANY - 1, 5)
        assert not saved
        note_changes(session, range(1, MANY + 1), NOW)
        session.commit()
        until(lambda: bool(saved), 5)
    finally:
        follower.stop()


def test_writers_never_wait_for_the_follower(services: Services, tmp_path: Path, publish: Callable[..., int]) -> None:
    follower = Follower(services.engine, services.catalogue, lambda: None, services.lookups, services.pinyin)
    follower.start()
    try:
        assert [publish(f"第{n}个问题") for n in range(5)] == [1, 2, 3, 4, 5]
    finally:
        follower.stop()
    assert len(services.catalogue) == 5
    assert not list(tmp_path.glob("*.snapshot"))

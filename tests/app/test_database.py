import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, delete
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel, select

from app.database import DatabaseVectorCache, open_database, transaction
from app.errors import DatabaseUnusableError
from kb.cards.editing import Actor, create_card
from kb.cards.tables import Card, QuestionRow, Revision
from kb.content import CardContent
from tests.app.processes import environment
from tests.conftest import NOW


def _card(session: Session, question: str) -> int:
    content = CardContent(standard_question=question, replies=("好的。",))
    return create_card(session, content, Actor("x", NOW)).card.id or 0


def test_migrations_make_exactly_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_database_of_a_newer_program_is_not_touched(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'd.sqlite3'}"
    engine = open_database(url)
    with transaction(engine) as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(DatabaseUnusableError, match="升级程序"):
        open_database(url)


def test_processes_that_start_together_migrate_one_after_the_other(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'd.sqlite3'}"
    program = "import sys; from app.database import open_database; open_database(sys.argv[1]).dispose()"
    started = [
        subprocess.Popen([sys.executable, "-c", program, url], env=environment(tmp_path), stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    ended = [process.communicate(timeout=60)[1].decode() for process in started]
    assert ended == ["", "", ""]
    assert [process.returncode for process in started] == [0, 0, 0]


def test_an_error_rolls_everything_back(engine: Engine) -> None:
    def interrupted() -> None:
        with transaction(engine) as session:
            _card(session, "多久发货")
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        interrupted()
    with Session(engine) as session:
        assert session.exec(select(Card)).first() is None


def test_a_second_writer_is_told_that_the_database_is_locked(engine: Engine) -> None:
    with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with engine.connect() as impatient:
            impatient.exec_driver_sql("PRAGMA busy_timeout=50")
            with pytest.raises(OperationalError, match="locked"):
                impatient.exec_driver_sql("BEGIN IMMEDIATE")
        with Session(engine) as session:
            assert session.exec(select(Card)).first() is None, "readers never wait"


def test_ids_of_deleted_questions_and_revisions_are_never_given_again(engine: Engine) -> None:
    with transaction(engine) as session:
        _card(session, "多久发货")
    with transaction(engine) as session:
        session.execute(delete(Card))
        _card(session, "能开发票吗")
    with Session(engine) as session:
        assert session.exec(select(QuestionRow.id)).all() == [2]
        assert session.exec(select(Revision.id)).all() == [2]


def test_vectors_are_kept_per_model_and_once(engine: Engine) -> None:
    cache = DatabaseVectorCache(engine)
    vector = np.array([0.6, 0.8], dtype=np.float32)
    cache.put("m", {"a": vector})
    cache.put("m", {"a": -vector, "b": vector})
    cache.put("n", {})
    found = cache.get("m", ["a", "b", "c"])
    assert set(found) == {"a", "b"}
    np.testing.assert_allclose(found["a"], vector, atol=1e-3)
    assert found["a"].dtype == np.float32
    assert np.linalg.norm(found["a"]) == pytest.approx(1)
    assert cache.get("n", ["a"]) == {}


def test_more_vectors_than_one_statement_takes_are_read(engine: Engine) -> None:
    cache = DatabaseVectorCache(engine)
    hashes = [f"{number:032x}" for number in range(12_000)]
    vector = np.array([1.0, 0.0], dtype=np.float32)
    cache.put("m", dict.fromkeys(hashes, vector))
    assert len(cache.get("m", hashes)) == len(hashes)


def test_opening_a_migrated_database_does_not_wait_for_a_writer(engine: Engine) -> None:
    with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        open_database(str(engine.url)).dispose()
    assert time.monotonic() - started < 2

"""The database: engine, pragmas, migrations, and the two places that commit on their own.

One SQLite file in WAL mode serves several processes: readers never wait, writers wait for each other.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from app.errors import DatabaseUnusableError
from embeddings.ports import Vectors
from kb.cards.tables import CachedVector

BUSY_TIMEOUT_S = 5.0
"""How long a writer waits for another before the request is answered with "try again"."""

_READ_AT_ONCE = 5_000
_MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(url: str) -> Engine:
    """An engine on a migrated database; creates a missing SQLite file."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=10, max_overflow=40, **_engine_options(url))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
    migrate(engine)
    return engine


def migrate(engine: Engine) -> None:
    """Brings the schema to the newest version; safe when several processes start at once.

    Raises:
        DatabaseUnusableError: a newer program has written it.
    """
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["engine"] = engine
    scripts = ScriptDirectory.from_config(config)
    version = schema_version(engine)
    if version == scripts.get_current_head():
        return  # Migrating takes the write lock, and would wait for whoever writes now.
    if version is not None and version not in {script.revision for script in scripts.walk_revisions()}:
        raise DatabaseUnusableError("数据库由更新版本的话术写成，请升级程序后再打开。")
    command.upgrade(config, "head")


def schema_version(engine: Engine) -> str | None:
    """The migration the database stands at; None for one that never was ours."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _engine_options(url: str) -> dict[str, Any]:
    return {"connect_args": {"timeout": BUSY_TIMEOUT_S}} if url.startswith("sqlite") else {"pool_pre_ping": True}


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-32000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One unit of writing for commands and jobs: commits at the end, rolls back on any error.

    On SQLite it takes the write lock at once, so that what it reads still holds when it writes.
    """
    with Session(engine) as session, session.begin():
        if engine.dialect.name == "sqlite":
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
        yield session


class DatabaseVectorCache:
    """`kb.vectors.VectorCache` in the table `cached_vector`; commits each put, so that nothing is embedded twice."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, model_id: str, hashes: Sequence[str]) -> Mapping[str, Vectors]:
        """The known ones among `hashes`."""
        found: dict[str, Vectors] = {}
        with Session(self._engine) as session:
            for start in range(0, len(hashes), _READ_AT_ONCE):
                some = hashes[start : start + _READ_AT_ONCE]
                statement = select(col(CachedVector.text_hash), col(CachedVector.vector)).where(
                    col(CachedVector.model_id) == model_id, col(CachedVector.text_hash).in_(some)
                )
                for key, blob in session.exec(statement):
                    vector = np.frombuffer(blob, dtype="<f2").astype(np.float32)
                    found[key] = vector / np.linalg.norm(vector)
        return found

    def put(self, model_id: str, vectors: Mapping[str, Vectors]) -> None:
        """Keeps vectors in one short transaction; known ones are left as they are."""
        if not vectors:
            return
        rows = [
            {"model_id": model_id, "text_hash": key, "vector": vector.astype("<f2").tobytes()}
            for key, vector in vectors.items()
        ]
        with transaction(self._engine) as session:
            session.execute(self._insert(), rows)

    def _insert(self) -> Any:
        if self._engine.dialect.name == "sqlite":
            return sqlite.insert(CachedVector).on_conflict_do_nothing()
        return postgresql.insert(CachedVector).on_conflict_do_nothing()

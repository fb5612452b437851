"""Alembic's entry: runs on the engine that `app.database` hands over."""

from alembic import context
from sqlalchemy import text

from app.schema import SCHEMA

engine = context.config.attributes["engine"]


def _ours(name: str | None, type_: str, _parents: object) -> bool:
    """Leaves the job library's own tables alone when a migration is drafted."""
    return type_ != "table" or name in SCHEMA.tables


with engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        # Take the write lock first: two processes that start together migrate one after the other.
        connection.execute(text("PRAGMA busy_timeout=60000"))
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(
        connection=connection,
        target_metadata=SCHEMA,
        include_name=_ours,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()

"""Tables of cards and all that hangs on them.

A `Revision` is never changed once written (only its status is): every save makes the next one.
Its questions, replies, facts, key points and scope are rows of their own, so that they can be
searched, counted and compared without opening documents.
"""

from datetime import date, datetime

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from kb.stored_time import UtcDateTime


def _instant(*, nullable: bool = False, index: bool = False) -> Column[datetime]:
    return Column(UtcDateTime(), nullable=nullable, index=index)


class Shop(SQLModel, table=True):
    """A shop on one platform, known by its external code."""

    code: str = Field(primary_key=True, max_length=100)
    name: str = Field(default="", max_length=200)
    platform: str = Field(default="other", max_length=20)
    is_demo: bool = Field(default=False)
    created_at: datetime = Field(sa_column=_instant())


class Product(SQLModel, table=True):
    """A product, known by its external code."""

    code: str = Field(primary_key=True, max_length=100)
    name: str = Field(default="", max_length=200)
    is_demo: bool = Field(default=False)
    created_at: datetime = Field(sa_column=_instant())


class Card(SQLModel, table=True):
    """One piece of knowledge; `version` is its newest revision, `published_version` the one that answers."""

    # AUTOINCREMENT: the id of a deleted card is never given to another.
    __table_args__ = (Index("ix_card_status_id", "status", "id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    external_id: str | None = Field(default=None, unique=True, max_length=100)
    identity_key: str = Field(index=True, max_length=64)
    version: int = Field(default=1)
    published_version: int | None = Field(default=None)
    status: str = Field(max_length=20)
    is_demo: bool = Field(default=False)
    created_at: datetime = Field(sa_column=_instant())
    updated_at: datetime = Field(sa_column=_instant(index=True))


class Revision(SQLModel, table=True):
    """One saved state of a card."""

    # AUTOINCREMENT here and for questions: indexes and vectors are kept under these ids.
    __table_args__ = (UniqueConstraint("card_id", "version"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    card_id: int = Field(foreign_key="card.id", ondelete="CASCADE", index=True)
    version: int
    status: str = Field(max_length=20)
    kind: str = Field(max_length=20, index=True)
    standard_question: str
    phase: str = Field(max_length=20)
    intent: str = Field(default="", max_length=200, index=True)
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    risk: str = Field(max_length=20)
    owner: str = Field(default="", max_length=200)
    source: str = Field(default="")
    checked_on: date | None = None
    valid_from: str | None = Field(default=None, max_length=40)
    """As written: a plain date or an ISO time; `valid_from_at` is the instant it means."""
    valid_until: str | None = Field(default=None, max_length=40)
    valid_from_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    valid_until_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True, index=True))
    actor_id: str = Field(default="", max_length=100)
    note: str = Field(default="", max_length=500)
    created_at: datetime = Field(sa_column=_instant())


class QuestionRow(SQLModel, table=True):
    """A standard, similar or negative question of a revision; its id is its id in the indexes."""

    __tablename__ = "question"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    revision_id: int = Field(foreign_key="revision.id", ondelete="CASCADE", index=True)
    role: str = Field(max_length=10)
    """`standard`, `similar` or `negative`."""
    position: int
    text: str


class ReplyRow(SQLModel, table=True):
    """One phrasing of a revision's answer."""

    __tablename__ = "reply"

    id: int | None = Field(default=None, primary_key=True)
    revision_id: int = Field(foreign_key="revision.id", ondelete="CASCADE", index=True)
    position: int
    text: str
    tone: str | None = Field(default=None, max_length=200)
    scene: str | None = Field(default=None, max_length=200)
    images: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class FactRow(SQLModel, table=True):
    """One checkable statement of a revision."""

    __tablename__ = "fact"

    id: int | None = Field(default=None, primary_key=True)
    revision_id: int = Field(foreign_key="revision.id", ondelete="CASCADE", index=True)
    position: int
    subject: str = Field(default="", max_length=200)
    predicate: str = Field(max_length=500)
    value: str
    unit: str = Field(default="", max_length=200)


class KeyPointRow(SQLModel, table=True):
    """One thing a full answer must mention."""

    __tablename__ = "key_point"

    id: int | None = Field(default=None, primary_key=True)
    revision_id: int = Field(foreign_key="revision.id", ondelete="CASCADE", index=True)
    position: int
    text: str
    wordings: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class ScopeRow(SQLModel, table=True):
    """One platform, shop or product a revision is limited to; none of a kind means all."""

    __tablename__ = "scope"
    __table_args__ = (Index("ix_scope_kind_code", "kind", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    revision_id: int = Field(foreign_key="revision.id", ondelete="CASCADE", index=True)
    kind: str = Field(max_length=10)
    """`platform`, `shop` or `product`."""
    position: int
    code: str = Field(max_length=100)


class CardChange(SQLModel, table=True):
    """Says that what a card answers has changed; every process follows this log."""

    __tablename__ = "card_change"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    card_id: int = Field(index=True)
    changed_at: datetime = Field(sa_column=_instant())


class CachedVector(SQLModel, table=True):
    """The vector of one folded text under one model: float16 little-endian bytes."""

    __tablename__ = "cached_vector"

    model_id: str = Field(primary_key=True, max_length=200)
    text_hash: str = Field(primary_key=True, max_length=32)
    vector: bytes = Field(sa_column=Column(LargeBinary, nullable=False))

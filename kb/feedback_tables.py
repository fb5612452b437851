"""Tables of what was suggested, what people did with it, and what nothing answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from kb.stored_time import UtcDateTime


class Suggestion(SQLModel, table=True):
    """One lookup and what it showed; every text is masked before it comes here."""

    id: str = Field(primary_key=True, max_length=36)
    actor_id: str = Field(default="", max_length=100, index=True)
    via: str = Field(max_length=10)
    """`suggest` (a customer's words) or `search` (a person's own)."""
    text: str
    shop: str | None = Field(default=None, max_length=100)
    platform: str | None = Field(default=None, max_length=20)
    phase: str | None = Field(default=None, max_length=20)
    product: str | None = Field(default=None, max_length=100)
    questions: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    shown: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """`[{question_index, card_id, version, score_01}]`, best first."""
    abstained: bool = False
    reason: str | None = Field(default=None, max_length=20)
    took_ms: float = 0.0
    is_settled: bool = Field(default=False, index=True)
    """Whether it has been decided if somebody used it."""
    created_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False, index=True))


class SuggestionEvent(SQLModel, table=True):
    """What a person did with a suggestion."""

    __tablename__ = "suggestion_event"

    id: int | None = Field(default=None, primary_key=True)
    suggestion_id: str = Field(foreign_key="suggestion.id", ondelete="CASCADE", index=True)
    kind: str = Field(max_length=10)
    card_id: int | None = Field(default=None, index=True)
    version: int | None = None
    text: str | None = None
    actor_id: str = Field(default="", max_length=100)
    created_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False, index=True))


class Gap(SQLModel, table=True):
    """Something asked or searched that no card answered, once per wording and shop."""

    id: int | None = Field(default=None, primary_key=True)
    text: str
    folded_hash: str = Field(index=True, max_length=64)
    shop: str | None = Field(default=None, max_length=100)
    reason: str = Field(max_length=20)
    """`no_match` (nothing good enough) or `unused` (shown, and nobody used it)."""
    count: int = 1
    suggestion_id: str | None = Field(default=None, max_length=36)
    first_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False))
    last_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False, index=True))

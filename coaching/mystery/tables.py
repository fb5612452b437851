"""Table of mystery visits."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, Integer
from sqlmodel import Field, SQLModel

from kb.stored_time import UtcDateTime


class MysteryVisit(SQLModel, table=True):
    """A script that a named person plays as a customer until a day, and the conversation that came of it."""

    __tablename__ = "mystery_visit"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=200)
    script: str
    """Who to be, what to ask and in which order, what to look at."""
    shop: str = Field(max_length=100, index=True)
    person: str = Field(max_length=100, index=True)
    """`actor_id` of who plays it."""
    person_name: str = Field(default="", max_length=200)
    due_on: date
    conversation_id: int | None = Field(
        default=None,
        sa_column=Column(Integer, ForeignKey("conversation.id", ondelete="SET NULL"), nullable=True, index=True),
    )
    note: str = ""
    """What the shopper has to add."""
    played_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime(), nullable=True))
    """When the conversation was linked."""
    cancelled_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime(), nullable=True))
    by: str = Field(max_length=100)
    by_name: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False))

"""Tables of teams and agents; conversations, inspection and training join with their issues."""

from datetime import date, datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from kb.stored_time import UtcDateTime


class Team(SQLModel, table=True):
    """A group of agents that is led and appraised together."""

    code: str = Field(primary_key=True, max_length=100)
    name: str = Field(default="", max_length=200)
    is_demo: bool = Field(default=False)
    created_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False))


class Agent(SQLModel, table=True):
    """A human customer-service agent, known by an external code."""

    code: str = Field(primary_key=True, max_length=100)
    name: str = Field(default="", max_length=200)
    team: str | None = Field(default=None, foreign_key="team.code", max_length=100)
    aliases: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """Sub-accounts on platforms that are the same person."""
    started_on: date | None = None
    is_demo: bool = Field(default=False)
    created_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False))

"""Table of the case library."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, ForeignKey, Integer
from sqlmodel import Field, SQLModel

from kb.stored_time import UtcDateTime


class CaseKind(StrEnum):
    """Whether to do likewise or otherwise."""

    GOOD = "good"
    BAD = "bad"

    @property
    def term(self) -> str:
        """What people see."""
        return {"good": "优秀案例", "bad": "反面案例"}[self]


class Case(SQLModel, table=True):
    """A reply to learn from, masked and without the agent's name; it outlives the conversation it was taken from.

    Only where the customer is erased does it go, too (`forgetting.py`).
    """

    __tablename__ = "library_case"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=10, index=True)
    title: str = Field(max_length=200)
    situation: str = ""
    """What the customer said before."""
    reply: str
    better_reply: str = ""
    lesson: str = ""
    """Why it is good or bad."""
    dimension: str = Field(default="", max_length=20)
    rule: str = Field(default="", max_length=100, index=True)
    intent: str = Field(default="", max_length=50)
    tags: list[str] = Field(sa_column=Column(JSON, nullable=False))
    shop: str | None = Field(default=None, max_length=100, index=True)
    """None: everybody's."""
    conversation_id: int | None = Field(
        default=None,
        sa_column=Column(Integer, ForeignKey("conversation.id", ondelete="SET NULL"), nullable=True, index=True),
    )
    """Where its words are from."""
    finding_id: int | None = Field(
        default=None,
        sa_column=Column(Integer, ForeignKey("finding.id", ondelete="SET NULL"), nullable=True, index=True),
    )
    card_id: int | None = None
    """No foreign key: the case stays when the card goes."""
    words: str = ""
    """Everything above folded: what a search looks through."""
    is_demo: bool = False
    by: str = Field(max_length=100)
    by_name: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False))
    updated_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False))
    archived_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime(), nullable=True))

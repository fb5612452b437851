"""Tables of the suggestion box: what staff suggest or complain of, and what became of it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, Integer
from sqlmodel import Field, SQLModel

from kb.stored_time import UtcDateTime


class EntryKind(StrEnum):
    """What a sender wants."""

    SUGGESTION = "suggestion"
    COMPLAINT = "complaint"

    @property
    def term(self) -> str:
        """What people see."""
        return {"suggestion": "建议", "complaint": "投诉"}[self]


class EntryStatus(StrEnum):
    """What became of it."""

    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DECLINED = "declined"

    @property
    def term(self) -> str:
        """What people see."""
        return {"received": "已收到", "in_progress": "处理中", "done": "已办结", "declined": "不采纳"}[self]


class BoxEntry(SQLModel, table=True):
    """One suggestion or complaint."""

    __tablename__ = "box_entry"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=10)
    text: str
    shop: str | None = Field(default=None, max_length=100, index=True)
    """None: no particular one."""
    is_anonymous: bool = False
    """Whoever answers is not told who sent it; the sender still follows it."""
    status: str = Field(default=EntryStatus.RECEIVED, max_length=15, index=True)
    by: str = Field(max_length=100, index=True)
    by_name: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False))
    updated_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False))


class BoxAnswer(SQLModel, table=True):
    """One answer, and the status it gave the entry; never changed."""

    __tablename__ = "box_answer"

    id: int | None = Field(default=None, primary_key=True)
    entry_id: int = Field(
        sa_column=Column(Integer, ForeignKey("box_entry.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    text: str
    status: str = Field(max_length=15)
    by: str = Field(max_length=100)
    by_name: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_column=Column(UtcDateTime(), nullable=False))

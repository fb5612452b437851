"""Tables of what people decide: draws, reviews, decisions on findings, appeals, calibration.

Decisions, reviews and calibration sheets are only ever added: whoever decides anew adds a row, and the newest counts.
All of it goes with its conversation. People are opaque `actor_id`s with the name they had then.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from kb.stored_time import UtcDateTime


class TaskState(StrEnum):
    """Where a drawn conversation stands."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class Verdict(StrEnum):
    """What a person makes of a finding."""

    CONFIRM = "confirm"
    REJECT = "reject"
    CHANGE = "change"
    """It is right, but its severity, points or better reply were not."""


class AppealState(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    UPHELD = "upheld"
    """The agent was right: the finding is rejected."""
    CHANGED = "changed"
    """The finding stands in another form."""
    DENIED = "denied"
    """The finding stands."""
    WITHDRAWN = "withdrawn"


def _instant(*, nullable: bool = False) -> Column[datetime]:
    return Column(UtcDateTime(), nullable=nullable)


def _conversation() -> Column[int]:
    return Column(Integer, ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True)


def _finding() -> Column[int]:
    return Column(Integer, ForeignKey("finding.id", ondelete="CASCADE"), nullable=False, index=True)


class SampleDraw(SQLModel, table=True):
    """One draw of conversations to review; with its seed and plan it can be repeated."""

    __tablename__ = "sample_draw"

    id: int | None = Field(default=None, primary_key=True)
    seed: str = Field(max_length=100)
    plan: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    """`sampling.Plan`."""
    since_on: date
    until_on: date
    """Inclusive."""
    shop: str | None = Field(default=None, max_length=100)
    candidates: int
    """Conversations it was drawn from."""
    by: str = Field(max_length=100)
    by_name: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_column=_instant())


class ReviewTask(SQLModel, table=True):
    """A conversation that was drawn for review, and why."""

    __tablename__ = "review_task"
    __table_args__ = (Index("ix_review_task_state_shop", "state", "shop"),)

    id: int | None = Field(default=None, primary_key=True)
    draw_id: int = Field(
        sa_column=Column(Integer, ForeignKey("sample_draw.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    conversation_id: int = Field(sa_column=_conversation())
    shop: str = Field(max_length=100)
    agent: str | None = Field(default=None, max_length=100)
    way: str = Field(max_length=10)
    """`sampling.Way`."""
    reasons: list[str] = Field(sa_column=Column(JSON, nullable=False))
    """In Chinese, for the reviewer to read."""
    risk: int = 0
    """`sampling.risk_of`, higher is riskier."""
    state: str = Field(default=TaskState.OPEN, max_length=10)
    note: str = ""
    """Why it was skipped."""
    settled_by: str | None = Field(default=None, max_length=100)
    settled_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    created_at: datetime = Field(sa_column=_instant())


class Review(SQLModel, table=True):
    """One conversation scored by one person with the scorecard; a second look is another row."""

    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(sa_column=_conversation())
    conversation_version: int
    """Which state of the conversation was read."""
    shop: str = Field(max_length=100, index=True)
    agent: str | None = Field(default=None, max_length=100, index=True)
    rule_set: str = Field(max_length=100)
    rule_set_version: int
    marks: dict[str, dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    """Dimension → `score` 0 to 100, `weight`, `comment`, `is_critical`; what does not apply is absent (N/A)."""
    score: float | None = None
    """0 to 100, higher is better; None: nothing applies."""
    failed: bool = False
    note: str = ""
    by: str = Field(max_length=100)
    by_name: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_column=_instant())


class Decision(SQLModel, table=True):
    """What one person made of one finding, and why."""

    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    finding_id: int = Field(sa_column=_finding())
    verdict: str = Field(max_length=10)
    reason: str
    before: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    """Of a change, or of a decision that undoes one: field → what it was."""
    after: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    appeal_id: int | None = None
    """The appeal it answers."""
    by: str = Field(max_length=100)
    by_name: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_column=_instant())


class Appeal(SQLModel, table=True):
    """An agent's word against a finding, and the answer."""

    __table_args__ = (Index("ix_appeal_state_due_at", "state", "due_at"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    finding_id: int = Field(sa_column=_finding())
    shop: str = Field(max_length=100)
    agent: str = Field(max_length=100, index=True)
    text: str
    state: str = Field(default=AppealState.OPEN, max_length=10)
    by: str = Field(max_length=100)
    by_name: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_column=_instant())
    due_at: datetime = Field(sa_column=_instant())
    """Until when somebody has to answer."""
    answer: str = ""
    answered_by: str | None = Field(default=None, max_length=100)
    answered_by_name: str = Field(default="", max_length=200)
    settled_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    """When it was answered or withdrawn."""


class RuleMark(SQLModel, table=True):
    """A time during which a version of a rule erred so often that agents were not shown what it finds."""

    __tablename__ = "rule_mark"

    id: int | None = Field(default=None, primary_key=True)
    rule: str = Field(max_length=100, index=True)
    rule_version: int
    right: int
    """Decided cases that were right when it was marked."""
    cases: int
    floor_01: float
    marked_at: datetime = Field(sa_column=_instant())
    lifted_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    """When it had recovered; None: it stands."""


class CalibrationSession(SQLModel, table=True):
    """Several people review one conversation, each for themselves, and then compare."""

    __tablename__ = "calibration_session"

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(sa_column=_conversation())
    shop: str = Field(max_length=100, index=True)
    title: str = Field(max_length=200)
    due_on: date | None = None
    by: str = Field(max_length=100)
    by_name: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_column=_instant())
    conclusion: str = ""
    """What they agreed on in the end."""
    closed_by: str | None = Field(default=None, max_length=100)
    closed_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))


class CalibrationSheet(SQLModel, table=True):
    """What one person made of a calibration's conversation; it changes neither the score nor a finding."""

    __tablename__ = "calibration_sheet"
    __table_args__ = (UniqueConstraint("calibration_id", "by"),)

    id: int | None = Field(default=None, primary_key=True)
    calibration_id: int = Field(
        sa_column=Column(Integer, ForeignKey("calibration_session.id", ondelete="CASCADE"), nullable=False)
    )
    marks: dict[str, dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    """As in a review."""
    score: float | None = None
    failed: bool = False
    verdicts: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    """Finding id → `confirm` or `reject`; a finding that is not named was left open (N/A)."""
    note: str = ""
    by: str = Field(max_length=100)
    by_name: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_column=_instant())

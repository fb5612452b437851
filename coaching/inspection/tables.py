"""Tables of what inspecting stored conversations found, and of how customers treated who served them.

All of it goes with its conversation. Shop, agent and day are copied so that lists and counts need no join; a
conversation's shop and a message's agent never change once stored.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from kb.stored_time import UtcDateTime


class Status(StrEnum):
    """What people made of a finding."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    APPEALED = "appealed"
    """Its agent objected: it counts only once that is answered."""


def _instant(*, nullable: bool = False) -> Column[datetime]:
    return Column(UtcDateTime(), nullable=nullable)


def _conversation() -> Column[int]:
    return Column(Integer, ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True)


class Inspection(SQLModel, table=True):
    """One conversation version under one rule set and one state of the rules; earlier ones stay as history."""

    __table_args__ = (
        UniqueConstraint("conversation_id", "conversation_version", "rule_set", "rule_set_version", "rules"),
        Index("ix_inspection_said_on_shop", "said_on", "shop"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(sa_column=_conversation())
    conversation_version: int
    rule_set: str = Field(max_length=100)
    rule_set_version: int
    rules: str = Field(max_length=32)
    """Digest of the rules and their versions: inspecting again under the same changes nothing."""
    is_current: bool = True
    """Whether no later inspection of this conversation stands."""
    shop: str = Field(max_length=100)
    agent: str | None = Field(default=None, max_length=100, index=True)
    """The conversation's agent."""
    said_on: date
    """Day of the conversation's last message, in the zone of the settings."""
    score: float | None = None
    """0 to 100, higher is better; None: nothing applies."""
    failed: bool = False
    """A critical finding counts."""
    dimensions: dict[str, dict[str, float]] = Field(sa_column=Column(JSON, nullable=False))
    """Dimension → `score` 0 to 100 and `weight`; what did not apply is absent (N/A)."""
    pace: dict[str, float | None] = Field(sa_column=Column(JSON, nullable=False))
    """`waiting.Pace`: how long the customer waited."""
    created_at: datetime = Field(sa_column=_instant())


class Finding(SQLModel, table=True):
    """One rule hit with its evidence, as it stood when it was found; what people decide of it is kept.

    A finding is never deleted but with its conversation: what a later inspection no longer finds, or finds under
    another rule or card version, gets `gone_at`, unless somebody decided it.
    """

    __table_args__ = (
        Index("ix_finding_said_on_shop", "said_on", "shop"),
        Index("ix_finding_agent_said_on", "agent", "said_on"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(sa_column=_conversation())
    inspection_id: int = Field(
        sa_column=Column(Integer, ForeignKey("inspection.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    """The inspection that found it first."""
    rule: str = Field(max_length=100, index=True)
    rule_version: int
    rule_set: str = Field(max_length=100)
    rule_set_version: int
    dimension: str = Field(max_length=20)
    severity: str = Field(max_length=10)
    """`normal` or `critical`."""
    confidence_01: float
    message_ids: list[int] = Field(sa_column=Column(JSON, nullable=False))
    """Row ids of the offending messages; empty for the whole conversation."""
    context_ids: list[int] = Field(sa_column=Column(JSON, nullable=False))
    """Row ids of other evidence."""
    quote: str
    reason: str
    points: float
    """What it costs its dimension where it counts."""
    is_sure: bool
    """Sure enough to count, and for the agent to see it, before anybody confirmed it."""
    is_held: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=false()))
    """Its rule errs too often (`RuleMark`): it neither counts nor is shown to the agent unless confirmed."""
    card_id: int | None = Field(default=None, index=True)
    """No foreign key: what was found stays when the card goes."""
    card_version: int | None = None
    """The revision the reply was held against."""
    card_quote: str | None = None
    better_reply: str | None = None
    shop: str = Field(max_length=100)
    agent: str | None = Field(default=None, max_length=100)
    """Who wrote the offending message; of a whole conversation, its agent."""
    said_at: datetime = Field(sa_column=_instant())
    """When the offending message was sent, else when the conversation ended."""
    said_on: date
    """Its day in the zone of the settings."""
    intent: str = Field(default="", max_length=50)
    """What the round was about, by the card its question retrieves; empty: unknown."""
    round_card_id: int | None = None
    """That card."""
    status: str = Field(default=Status.OPEN, max_length=10)
    decided_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    gone_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    """From when on it is no longer found; None: it stands."""
    shown_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    """When the agent began to see it though nobody decided it, where that was after it was found."""
    previous_id: int | None = None
    """The finding it follows, which another version of the rule or card had made."""
    created_at: datetime = Field(sa_column=_instant())


class CustomerMood(SQLModel, table=True):
    """How a customer treated an agent in one conversation: for the agent's protection, never part of a score."""

    __tablename__ = "customer_mood"
    __table_args__ = (
        UniqueConstraint("conversation_id", "agent"),
        Index("ix_customer_mood_agent_said_on", "agent", "said_on"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(sa_column=_conversation())
    shop: str = Field(max_length=100)
    agent: str = Field(max_length=100)
    said_at: datetime = Field(sa_column=_instant())
    """The agent's last message in it."""
    said_on: date
    annoyed: int = 0
    """Customer messages that sound so, angry ones not counted again."""
    angry: int = 0
    abusive: int = 0
    """Angry ones that insult."""
    messages: int = 0
    """The agent's."""
    at_night: int = 0
    """Of these, sent between 23 and 7 h."""

"""Tables of conversations: what was said (masked), how long shops keep it, and what foreign headings mean.

A conversation is known by (platform, shop, conversation_id); its rows by ids that are never used twice, so that
findings can point to a message. Shops and agents are not foreign keys: removing one does not remove what was said.
"""

from datetime import datetime

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from kb.stored_time import UtcDateTime


def _instant(*, nullable: bool = False, index: bool = False) -> Column[datetime]:
    return Column(UtcDateTime(), nullable=nullable, index=index)


class Conversation(SQLModel, table=True):
    """One conversation; `external_id` is the contract's `conversation_id`."""

    __table_args__ = (
        UniqueConstraint("platform", "shop", "external_id"),
        Index("ix_conversation_shop_last_at", "shop", "last_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str = Field(max_length=20)
    shop: str = Field(max_length=100)
    external_id: str = Field(max_length=200, index=True)
    agent: str | None = Field(default=None, max_length=100, index=True)
    customer: str | None = Field(default=None, max_length=200, index=True)
    """As `masking.mask_customer` gives it."""
    started_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    phase: str | None = Field(default=None, max_length=20)
    product: str | None = Field(default=None, max_length=100)
    rating: int | None = None
    """1 to 5."""
    paid: bool | None = None
    transferred: bool | None = None
    message_count: int = 0
    version: int = Field(default=1)
    """One higher with every change: what was inspected at a lower one was another state."""
    last_at: datetime = Field(sa_column=_instant())
    """Last message, else start, else arrival, and never in the future: what retention counts from."""
    is_demo: bool = Field(default=False)
    created_at: datetime = Field(sa_column=_instant())
    updated_at: datetime = Field(sa_column=_instant(index=True))


class Message(SQLModel, table=True):
    """One message, masked; `index` is its place from 0, which a message that came late moves on."""

    __table_args__ = (
        Index("ix_message_conversation_id_index", "conversation_id", "index"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(
        sa_column=Column(Integer, ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False)
    )
    index: int
    role: str = Field(max_length=10)
    agent: str | None = Field(default=None, max_length=100, index=True)
    """Of an agent's message: who wrote it."""
    text: str
    sent_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
    message_id: str | None = Field(default=None, max_length=200)
    """The platform's own id."""


class ShopRetention(SQLModel, table=True):
    """How many days a shop keeps conversations; a shop without a row keeps them for good."""

    __tablename__ = "shop_retention"

    shop: str = Field(primary_key=True, max_length=100)
    days: int
    actor_id: str = Field(max_length=100)
    updated_at: datetime = Field(sa_column=_instant())


class HeadingMapping(SQLModel, table=True):
    """What the headings of one shape of table mean, as somebody said once."""

    __tablename__ = "heading_mapping"

    shape: str = Field(primary_key=True, max_length=32)
    """`headings.shape_of` the headings."""
    mapping: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    """Field → heading."""
    actor_id: str = Field(max_length=100)
    updated_at: datetime = Field(sa_column=_instant())

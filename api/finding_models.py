"""Findings of stored conversations over HTTP.

The `…Out` models document the answer and are checked against it in the tests; the route builds plain dicts.
"""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.inspection_models import FindingOut, MetricsOut
from api.paging import PageOut
from coaching.inspection.listing import Shown
from coaching.inspection.rescoring import counts
from coaching.inspection.rule import Dimension
from coaching.inspection.tables import Inspection


class StoredFindingOut(FindingOut):
    """One weak place of a stored conversation, and what people made of it."""

    id: int
    status: Literal["open", "confirmed", "rejected", "appealed"]
    agent: str | None = Field(description="写这条消息的客服 · who wrote the message")
    message_ids: list[int] = Field(description="消息的内部编号，顺序变了也不变 · ids that stay when places move")
    context_ids: list[int]
    rule_set: str
    rule_set_version: int
    intent: str = Field(description="这一轮问的是什么，空：不知道 · what the round was about")
    said_at: datetime
    created_at: datetime
    card_changed: bool = Field(description="知识卡此后有改动 · the card was changed since")


class ScoreOut(BaseModel):
    """Score of one dimension."""

    model_config = ConfigDict(extra="forbid")

    score: float = Field(ge=0, le=100)
    weight: float = Field(ge=0)


class StoredRuleSetOut(BaseModel):
    """What the conversation was held against."""

    id: str
    version: int


class StoredInspectionOut(BaseModel):
    """What a conversation is worth as it stands."""

    model_config = ConfigDict(extra="forbid")

    score: float | None = Field(ge=0, le=100, description="null：没有可评的 · nothing applies")
    failed: bool = Field(description="一票否决 · a critical finding counts")
    dimensions: dict[Dimension, ScoreOut]
    metrics: MetricsOut
    rule_set: StoredRuleSetOut
    conversation_version: int
    inspected_at: datetime


class FindingsOut(PageOut[StoredFindingOut]):
    """Findings in the order they were made; the score is that of the whole conversation."""

    inspection: StoredInspectionOut | None


def stored_finding(shown: Shown) -> dict[str, Any]:
    """`StoredFindingOut` as a dict."""
    one = shown.finding
    names = (
        "id", "rule", "rule_version", "rule_set", "rule_set_version", "confidence_01", "quote", "severity", "dimension",
        "reason", "status", "agent", "message_ids", "context_ids", "intent",
    )  # fmt: skip
    of_card = ("card_id", "card_version", "card_quote", "better_reply")
    return {
        **{name: getattr(one, name) for name in names},
        **{name: value for name in of_card if (value := getattr(one, name)) is not None},
        "message_index": list(shown.message_index),
        "context_index": list(shown.context_index),
        "deduction": one.points if counts(one) else 0.0,
        "said_at": one.said_at.isoformat(),
        "created_at": one.created_at.isoformat(),
        "card_changed": shown.card_changed,
    }


def stored_inspection(one: Inspection) -> dict[str, Any]:
    """`StoredInspectionOut` as a dict."""
    return {
        "score": one.score,
        "failed": one.failed,
        "dimensions": one.dimensions,
        "metrics": one.pace,
        "rule_set": {"id": one.rule_set, "version": one.rule_set_version},
        "conversation_version": one.conversation_version,
        "inspected_at": one.created_at.isoformat(),
    }

"""What an inspection takes and gives over HTTP.

The `…Out` models document the answer and are checked against it in the tests; the route builds plain dicts.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.lookup_models import MaybePhase, MaybePlatform, Text
from coaching.inspection.inspecting import Inspection
from coaching.inspection.rule import Dimension, Severity
from coaching.inspection.rule_sets import RuleSet
from coaching.inspection.scoring import DimensionScore, Finding
from kb.content import MaybeShort
from kb.suggestion.questions import Role

MAX_MESSAGES = 10_000


class InspectedMessageIn(BaseModel):
    """One message of the conversation."""

    role: Role
    text: Text = Field(description="最多 20,000 字 · at most 20,000 characters")
    sent_at: datetime | None = Field(None, description="没有时区按服务器时区 · without a zone: the server's")
    agent: MaybeShort = None
    message_id: MaybeShort = None


class InspectIn(BaseModel):
    """A conversation to be inspected; nothing of it is kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "messages": [
                        {"role": "customer", "text": "拍下多久发货", "sent_at": "2026-11-20T10:00:00+08:00"},
                        {"role": "agent", "text": "亲，保证明天到", "sent_at": "2026-11-20T10:03:20+08:00"},
                    ],
                    "platform": "taobao",
                    "finished": True,
                }
            ]
        }
    )

    messages: Annotated[list[InspectedMessageIn], Field(min_length=1, max_length=MAX_MESSAGES)]
    platform: MaybePlatform = Field(None, description="不填则取店铺的平台 · else the shop's")
    shop: MaybeShort = Field(None, description="店铺编号 · shop code")
    product: MaybeShort = Field(None, description="商品编号 · product code")
    phase: MaybePhase = None
    rule_set: MaybeShort = Field(None, description="质检方案编号；不填按平台选 · else the platform's")
    finished: bool = Field(True, description="false：会话还在继续 · the conversation still goes on")
    transferred: bool | None = Field(None, description="是否转接给别人 · handed over")


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DeductionOut(_Out):
    """Points a finding costs its dimension."""

    rule: str
    points: float
    message_index: list[int]
    reason: str


class DimensionOut(_Out):
    """One dimension; those to which no rule applied are absent."""

    score: float = Field(ge=0, le=100)
    weight: float = Field(ge=0)
    deductions: list[DeductionOut]


class FindingOut(_Out):
    """One weak place with its evidence."""

    rule: str
    rule_version: int
    message_index: list[int] = Field(description="空：整个会话 · empty: the whole conversation")
    context_index: list[int]
    confidence_01: float = Field(ge=0, le=1)
    quote: str
    severity: Severity
    dimension: Dimension
    reason: str
    deduction: float = Field(description="0：把握不够，只供复核 · not sure enough to count, for review only")
    card_id: int = Field(0, description="没有时省略 · absent when none")
    card_version: int = Field(0, description="没有时省略 · absent when none")
    card_quote: str = Field("", description="没有时省略 · absent when none")
    better_reply: str = Field("", description="没有时省略 · absent when none")


class MetricsOut(_Out):
    """How the customer was attended to; null where it cannot be measured."""

    first_response_s: float | None
    average_response_s: float | None
    longest_wait_s: float | None
    rounds: int
    answered_rounds: int
    customer_messages: int
    agent_messages: int


class RuleSetOut(_Out):
    """What the conversation was held against."""

    id: str
    name: str
    version: int
    source: str


class InspectOut(_Out):
    """Score, dimensions and findings of one conversation."""

    score: float | None = Field(ge=0, le=100, description="null：没有可评的 · nothing applies")
    failed: bool = Field(description="一票否决 · a critical finding counts")
    dimensions: dict[Dimension, DimensionOut]
    findings: list[FindingOut]
    metrics: MetricsOut
    rule_set: RuleSetOut
    mode: Literal["finished", "live"]


def inspected(inspection: Inspection, rule_set: RuleSet, *, finished: bool) -> dict[str, Any]:
    """`InspectOut` as a dict."""
    score = inspection.score
    return {
        "score": score.score,
        "failed": score.failed,
        "dimensions": {str(name): _dimension(one) for name, one in score.dimensions.items()},
        "findings": [found(one) for one in inspection.findings],
        "metrics": asdict(inspection.pace),
        "rule_set": {
            "id": rule_set.id,
            "name": rule_set.name,
            "version": rule_set.version,
            "source": rule_set.source,
        },
        "mode": "finished" if finished else "live",
    }


def found(finding: Finding) -> dict[str, Any]:
    """`FindingOut` as a dict."""
    hit = finding.hit
    shown: dict[str, Any] = {
        "rule": finding.rule,
        "rule_version": finding.rule_version,
        "message_index": list(hit.message_index),
        "context_index": list(hit.context_index),
        "confidence_01": round(hit.confidence_01, 4),
        "quote": hit.quote,
        "severity": finding.severity,
        "dimension": str(finding.dimension),
        "reason": hit.reason,
        "deduction": finding.deduction,
    }
    of_card = {
        "card_id": hit.card_id,
        "card_version": hit.card_version,
        "card_quote": hit.card_quote,
        "better_reply": hit.better_reply,
    }
    return shown | {name: value for name, value in of_card.items() if value is not None}


def _dimension(one: DimensionScore) -> dict[str, Any]:
    return {
        "score": one.score,
        "weight": one.weight,
        "deductions": [
            {"rule": d.rule, "points": d.points, "message_index": list(d.message_index), "reason": d.reason}
            for d in one.deductions
        ],
    }

"""What suggestions and searches take and give over HTTP.

The `…Out` models document the answers and are checked against them in the tests; the hot path builds
plain dicts.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from api.row_numbers import RowNumber
from kb.card_files.columns import code_of
from kb.content import MaybeShort, without_controls
from kb.feedback import EventKind
from kb.suggestion.questions import Role
from kb.suggestion.suggesting import MAX_TOP_K, Caution, Phrasing, SuggestedCard
from kb.vocabulary import ALL_INTENTS, Kind, Phase, Platform, Status

MAX_MESSAGES = 2_000


def _cleaned(value: Any) -> Any:
    return without_controls(value) if isinstance(value, str) else value


def _none_if_blank(value: Any) -> Any:
    return value if not isinstance(value, str) or value.strip() else None


def _known_intent(value: str | None) -> str | None:
    if value is not None and value not in ALL_INTENTS:
        raise ValueError(f"只能是：{'、'.join(sorted(ALL_INTENTS))}")
    return value


def _coded(field: str) -> BeforeValidator:
    """Takes the code or the Chinese word; blank is none."""
    return BeforeValidator(lambda value: code_of(field, _none_if_blank(value)))


Text = Annotated[str, BeforeValidator(_cleaned)]
MaybePlatform = Annotated[Platform | None, _coded("platforms")]
MaybePhase = Annotated[Phase | None, _coded("phase")]
MaybeKind = Annotated[Kind | None, _coded("kind")]
MaybeIntent = Annotated[MaybeShort, AfterValidator(_known_intent)]
MaybeStatus = Annotated[Status | None, BeforeValidator(_none_if_blank)]


class MessageIn(BaseModel):
    """One message of a conversation."""

    role: Role
    text: Text = Field(description="最多 20,000 字 · at most 20,000 characters")
    sent_at: AwareDatetime | None = None


class SuggestIn(BaseModel):
    """A conversation whose last customer messages wait for an answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "messages": [{"role": "customer", "text": "裤子小了能换吗 运费谁出"}],
                    "shop": "qinghe-tmall",
                    "phase": "aftersale",
                    "customer_name": "小鹿",
                    "top_k": 3,
                }
            ]
        }
    )

    messages: Annotated[list[MessageIn], Field(min_length=1, max_length=MAX_MESSAGES)]
    shop: MaybeShort = Field(None, description="店铺编号 · shop code")
    platform: MaybePlatform = Field(
        None, description="代码或中文；不填则取店铺的平台 · code or Chinese; else the shop's"
    )
    phase: MaybePhase = Field(None, description="代码或中文 · code or Chinese")
    product: MaybeShort = Field(None, description="商品编号 · product code")
    customer_name: MaybeShort = Field(None, description="填入 {买家昵称} · fills {买家昵称}")
    top_k: int = Field(5, ge=1, le=MAX_TOP_K, description="每个问题的卡片数 · cards per question")


class EventIn(BaseModel):
    """What became of a suggestion."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "copied", "card_id": 12}]})

    kind: EventKind
    card_id: RowNumber | None = None
    text: Annotated[str | None, BeforeValidator(_cleaned)] = Field(
        None, description="实际发送的文字 · the text as sent"
    )


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReplyOut(_Out):
    """One phrasing, variables filled as far as they are known."""

    text: str
    tone: str = Field("", description="没有时省略 · absent when unknown")
    scene: str = Field("", description="没有时省略 · absent when unknown")
    images: list[str] = Field([], description="没有时省略 · absent when none")
    unfilled: list[str]


class FactOut(_Out):
    """One checkable statement."""

    subject: str
    predicate: str
    value: str
    unit: str


class WarningOut(_Out):
    """Something to know before the card is used."""

    code: Literal["expires_soon", "high_risk", "unverified_source", "other_phase", "unfilled_variable"]
    message: str


class SuggestedCardOut(_Out):
    """A card suggested for one of the questions."""

    question_index: int
    card_id: int
    external_id: str
    version: int
    score_01: float = Field(ge=0, le=1, description="答对的估计概率 · estimated probability of being right")
    standard_question: str
    matched_question: str
    replies: list[ReplyOut]
    facts: list[FactOut]
    warnings: list[WarningOut]


class SuggestOut(_Out):
    """Cards for every question that waits, best first; near misses when `abstained`."""

    suggestion_id: str
    abstained: bool
    reason: Literal["no_match", "no_content", "greeting", "thanks", "handoff"] = Field(
        "no_match", description="没有时省略 · absent when there is none"
    )
    questions: list[str]
    suggestions: list[SuggestedCardOut]
    took_ms: float


class FoundCardOut(SuggestedCardOut):
    """A card found by a person's search."""

    kind: Kind
    phase: Phase
    intent: str


class SearchOut(_Out):
    """What a search found, best first."""

    suggestion_id: str
    abstained: bool
    reason: Literal["no_match", "no_content"] = Field("no_match", description="没有时省略 · absent when there is none")
    items: list[FoundCardOut]
    next_cursor: None
    took_ms: float


class EventOut(_Out):
    """The event as it was kept."""

    suggestion_id: str
    kind: EventKind
    recorded_at: datetime


def suggested_card(card: SuggestedCard) -> dict[str, Any]:
    """`SuggestedCardOut` as a dict."""
    return {
        "question_index": card.question_index,
        "card_id": card.entry.card_id,
        "external_id": card.entry.external_id,
        "version": card.entry.version,
        "score_01": round(card.score_01, 4),
        "standard_question": card.entry.standard_question,
        "matched_question": card.matched_question,
        "replies": [_reply(reply) for reply in card.replies],
        "facts": [
            {"subject": fact.subject, "predicate": fact.predicate, "value": fact.value, "unit": fact.unit}
            for fact in card.facts
        ],
        "warnings": [_warning(caution) for caution in card.warnings],
    }


def found_card(card: SuggestedCard) -> dict[str, Any]:
    """`FoundCardOut` as a dict."""
    entry = card.entry
    return suggested_card(card) | {"kind": entry.kind, "phase": entry.phase, "intent": entry.intent}


def _reply(reply: Phrasing) -> dict[str, Any]:
    shown: dict[str, Any] = {"text": reply.text}
    optional: Mapping[str, Any] = {"tone": reply.tone, "scene": reply.scene, "images": list(reply.images)}
    shown.update({name: value for name, value in optional.items() if value})
    shown["unfilled"] = list(reply.unfilled)
    return shown


def _warning(caution: Caution) -> dict[str, str]:
    return {"code": caution.code, "message": caution.message}

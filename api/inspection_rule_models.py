"""Inspection rules and rule sets in JSON: what comes in, what goes out."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.row_numbers import RowNumber
from coaching.actor import Actor
from coaching.inspection.custom.definition import Definition
from coaching.inspection.custom.keeping import KeptRule, may_change
from coaching.inspection.custom.rule_set_content import AppealContent, LimitsContent, RuleSetContent
from coaching.inspection.custom.rule_set_keeping import KeptSet
from coaching.inspection.custom.trying import MOST_CONVERSATIONS, Tried
from coaching.inspection.rule import Dimension, Rule, Severity
from kb.content import Code, Short
from kb.vocabulary import Platform

_EXAMPLE: dict[str, Any] = {
    "term": "只让顾客自己找快递",
    "description": "顾客催物流时，客服只让顾客自己打快递电话；替顾客联系过的不算",
    "advice": "顾客来催件时，先替他联系快递，再告诉他结果",
    "dimension": "solving",
    "deduction": 10,
    "role": "agent",
    "where": {
        "operator": "all",
        "of": [
            {"operator": "regex", "pattern": "(?:自己|您).{0,4}(?:联系|打|问).{0,4}快递"},
            {"operator": "not", "of": {"operator": "keywords", "any": ["帮您联系", "已经联系"]}},
        ],
    },
    "anchor": {
        "place": "after",
        "within": 4,
        "role": "customer",
        "where": {"operator": "keywords", "any": ["到哪", "没动", "催"]},
    },
    "examples_hit": ["顾客：快递两天没动了\n客服：您自己联系下快递吧"],
    "examples_miss": ["顾客：快递两天没动了\n客服：已经联系快递，今晚给您答复"],
}


class RuleIn(BaseModel):
    """A new rule."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"definition": _EXAMPLE}]})

    definition: Definition
    note: Short = ""
    is_on: bool = Field(False, description="试跑通过就启用 · switch it on when its trial passes")
    despite_warnings: bool = Field(False, description="看过提醒，仍要启用 · warnings were read")


class RuleSaveIn(BaseModel):
    """A changed rule, or one to be switched; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"version": 1, "is_on": True}]})

    version: RowNumber = Field(description="据以修改的版本 · the version it was made from")
    definition: Definition | None = None
    note: Short = Field("", description="修改或停用的原因 · why")
    is_on: bool | None = Field(None, description="启用最新版或停用 · switch the newest version on, or the rule off")
    despite_warnings: bool = Field(False, description="看过提醒，仍要启用 · warnings were read")


class RuleTryIn(BaseModel):
    """A rule to be tried on past conversations; nothing is kept."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"definition": _EXAMPLE}]})

    definition: Definition
    conversations: Annotated[int, Field(ge=0, le=MOST_CONVERSATIONS)] = Field(
        200, description="最近多少段会话 · how many, the newest first"
    )


class SwitchOut(BaseModel):
    """When the rule was switched last; by `system` where it ran too long."""

    is_on: bool
    version: int
    reason: str
    by: str
    by_name: str
    at: datetime


class RuleOut(BaseModel):
    """A rule; of a custom one its newest version."""

    rule: str
    is_bundled: bool
    term: str
    description: str
    dimension: Dimension
    severity: Severity
    deduction: float
    version: int
    version_on: int | None = Field(description="正在命中的版本，null 是停用 · the version that finds; null: none")
    may_change: bool
    definition: Definition | None = Field(description="自带的规则没有 · bundled rules have none")
    note: str
    changed_by: str
    changed_at: datetime | None
    switched: SwitchOut | None


class ExampleOut(BaseModel):
    """What became of one example."""

    kind: Literal["hit", "miss"]
    index: int
    is_right: bool
    quotes: list[str]


class TriedHitOut(BaseModel):
    """One place in a past conversation."""

    conversation_id: int
    external_id: str
    shop: str
    agent: str | None
    message_index: list[int]
    context_index: list[int]
    quote: str
    reason: str
    confidence_01: float


class TriedOut(BaseModel):
    """What a rule would find."""

    examples: list[ExampleOut]
    conversations: int
    applicable: int
    conversations_hit: int
    share_hit_01: float | None
    hits_total: int
    hits: list[TriedHitOut]
    is_partial: bool
    stopped: str | None
    refusals: list[str] = Field(description="不能启用的原因 · why it cannot be switched on")
    warnings: list[str] = Field(description="启用前请看 · read before switching on")


class RuleSetIn(RuleSetContent):
    """A rule set, or the next version of one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "rule_set": "qinghe-2026",
                    "name": "清禾旗舰店方案",
                    "in_force_from": "2026-12-01",
                    "shops": ["qinghe-tmall"],
                    "source": "店铺内部约定",
                    "limits": {"first_reply_s": 30, "reply_s": 120},
                    "off": ["no_closing"],
                }
            ]
        }
    )

    rule_set: Code
    note: Short = ""

    @property
    def content(self) -> RuleSetContent:
        """What is kept of it."""
        return RuleSetContent.model_validate(self.model_dump(exclude={"rule_set", "note"}))


class RuleSetOut(BaseModel):
    """One version of a rule set."""

    rule_set: str
    version: int
    is_bundled: bool
    name: str
    in_force_from: date
    platforms: list[Platform]
    shops: list[str]
    source: str
    limits: LimitsContent
    off: list[str]
    deductions: dict[str, float]
    weights: dict[str, float]
    review_from_01: float
    show_from_01: float
    appeals: AppealContent
    note: str
    by_name: str
    created_at: datetime | None


def bundled_out(rule: Rule) -> dict[str, Any]:
    """`RuleOut` of a rule that comes with the program."""
    return _rule(rule.id, rule, rule.version) | {
        "is_bundled": True,
        "version_on": rule.version,
        "may_change": False,
        "definition": None,
        "note": "",
        "changed_by": "",
        "changed_at": None,
        "switched": None,
    }


def rule_out(kept: KeptRule, actor: Actor) -> dict[str, Any]:
    """`RuleOut` of a custom rule."""
    version, switch = kept.version, kept.switch
    return _rule(kept.rule_id, kept.definition, version.version) | {
        "is_bundled": False,
        "version_on": kept.version_on,
        "may_change": may_change(kept.definition, actor),
        "definition": kept.definition.model_dump(mode="json"),
        "note": version.note,
        "changed_by": version.by_name,
        "changed_at": version.created_at.isoformat(),
        "switched": None
        if switch is None
        else {
            "is_on": switch.is_on,
            "version": switch.version,
            "reason": switch.reason,
            "by": switch.by,
            "by_name": switch.by_name,
            "at": switch.at.isoformat(),
        },
    }


def _rule(rule_id: str, rule: Rule | Definition, version: int) -> dict[str, Any]:
    return {
        "rule": rule_id,
        "term": rule.term,
        "description": rule.description,
        "dimension": str(rule.dimension),
        "severity": rule.severity,
        "deduction": rule.deduction,
        "version": version,
    }


def tried_out(tried: Tried) -> dict[str, Any]:
    """`TriedOut` as a dict."""
    return {
        "examples": [asdict(one) for one in tried.examples],
        "conversations": tried.conversations,
        "applicable": tried.applicable,
        "conversations_hit": tried.conversations_hit,
        "share_hit_01": None if tried.share_hit_01 is None else round(tried.share_hit_01, 4),
        "hits_total": tried.hits_total,
        "hits": [asdict(one) for one in tried.hits],
        "is_partial": tried.is_partial,
        "stopped": tried.stopped,
        "refusals": list(tried.refusals),
        "warnings": list(tried.warnings),
    }


def rule_set_out(kept: KeptSet) -> dict[str, Any]:
    """`RuleSetOut` as a dict."""
    one = kept.rule_set
    limits, appeals = one.limits, one.appeals
    return {
        "rule_set": one.id,
        "version": one.version,
        "is_bundled": kept.is_bundled,
        "name": one.name,
        "in_force_from": one.in_force_from.isoformat(),
        "platforms": sorted(map(str, one.platforms)),
        "shops": sorted(one.shops),
        "source": one.source,
        "limits": {name: getattr(limits, name) for name in LimitsContent.model_fields},
        "off": sorted(one.off),
        "deductions": dict(one.deductions),
        "weights": dict(one.weights),
        "review_from_01": one.review_from_01,
        "show_from_01": one.show_from_01,
        "appeals": {
            "file_days": appeals.file_days,
            "answer_days": appeals.answer_days,
            "days_off": sorted(day.isoformat() for day in appeals.days_off),
            "days_on": sorted(day.isoformat() for day in appeals.days_on),
        },
        "note": kept.note,
        "by_name": kept.by_name,
        "created_at": kept.created_at.isoformat() if kept.created_at else None,
    }

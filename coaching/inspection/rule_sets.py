"""Rule sets: which rules, weights and limits apply on which platform, and from when. Pure.

Every number here is a default of ours unless its source is named, and every set says: verify before use in pay.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from kb.vocabulary import Platform

CHINA = ZoneInfo("Asia/Shanghai")
VERIFY = "使用于考核前请核对"
_ASSUMED = "平台规则会变，各家说法不一；未注明来源的数值是本系统的假设"


@dataclass(frozen=True)
class Limits:
    """From when on an agent is slow, and when an agent has to be there."""

    first_reply_s: float = 60
    reply_s: float = 180
    gap_s: float = 600
    """A wait longer than this counts as a gap besides."""
    opens_hour: int = 8
    closes_hour: int = 24
    """Service hours [opens, closes) of a day; a wait that begins outside them is not measured."""
    zone: tzinfo = CHINA

    def in_service(self, at: datetime) -> bool:
        """Whether an agent has to be there."""
        return self.opens_hour <= at.astimezone(self.zone).hour < self.closes_hour


@dataclass(frozen=True)
class AppealTerms:
    """How long people have to object to a finding, and to answer; in working days, our assumption."""

    file_days: int = 5
    """From when the agent could see the finding."""
    answer_days: int = 3
    """From when the appeal was made."""
    days_off: frozenset[date] = frozenset()
    """Holidays on weekdays; they change every year and are left to whoever writes the set."""
    days_on: frozenset[date] = frozenset()
    """Weekends that are worked for them."""


@dataclass(frozen=True)
class RuleSet:
    """What a conversation is held against."""

    id: str
    name: str
    version: int
    platforms: frozenset[Platform]
    """Empty: every platform that has no set of its own."""
    shops: frozenset[str]
    """Empty: every shop."""
    in_force_from: date
    source: str
    limits: Limits = Limits()
    off: frozenset[str] = frozenset()
    """Rules that are not looked at."""
    deductions: Mapping[str, float] = field(default_factory=dict)
    """Points where they differ from the rule's own."""
    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    """Dimension → weight ≥ 0 in the whole score."""
    review_from_01: float = 0.5
    """Confidence from which a finding is put before a reviewer."""
    show_from_01: float = 0.7
    """Confidence from which a finding counts in the score, and an agent sees it, before anybody confirmed it."""
    appeals: AppealTerms = AppealTerms()


DEFAULT_WEIGHTS: dict[str, float] = {
    "speed": 15, "expertise": 20, "communication": 15, "solving": 20, "attitude": 15, "emotion": 5, "compliance": 10,
}  # fmt: skip
"""Our assumption; they sum to 100."""


def _bundled(platform_id: str, name: str, platforms: Iterable[Platform], source: str, limits: Limits) -> RuleSet:
    since = date(2026, 1, 1)
    whole = f"{source}；{_ASSUMED}。{VERIFY}"
    return RuleSet(f"{platform_id}-default", name, 1, frozenset(platforms), frozenset(), since, whole, limits)


BUNDLED: tuple[RuleSet, ...] = (
    _bundled(
        "taobao", "淘宝·天猫默认方案", (Platform.TAOBAO, Platform.TMALL),
        "三分钟回复率按 8–24 点统计（公开说明，未核对原文）", Limits(60, 180, 600, 8, 24),
    ),
    _bundled(
        "jd", "京东默认方案", (Platform.JD,),
        "首次 30 秒应答率按 9–23 点统计（公开说明，未核对原文）", Limits(30, 180, 600, 9, 23),
    ),
    _bundled(
        "pinduoduo", "拼多多默认方案", (Platform.PINDUODUO,),
        "有效回复率（2019 年说法）按 8–23 点、1 小时内回复统计（未核对原文）", Limits(60, 300, 3600, 8, 23),
    ),
    _bundled(
        "kuaishou", "快手默认方案", (Platform.KUAISHOU,),
        "三分钟人工回复率按 8–23 点统计（公开说明，未核对原文）", Limits(60, 180, 600, 8, 23),
    ),
    _bundled(
        "douyin", "抖音默认方案", (Platform.DOUYIN,),
        "三分钟回复率：各来源对按会话还是按轮次说法不一（未核对原文）", Limits(60, 180, 600, 8, 23),
    ),
    _bundled("general", "通用默认方案", (), "没有平台来源", Limits()),
)  # fmt: skip
"""One set per platform, and one for all others."""


def rule_set_for(sets: Iterable[RuleSet], platform: Platform | None, shop: str | None, on: date) -> RuleSet:
    """The set in force on a day: the shop's own before the platform's before the general one, then the newest.

    Raises:
        LookupError: none applies.
    """
    fitting = [
        one
        for one in sets
        if one.in_force_from <= on
        and (not one.shops or shop in one.shops)
        and (not one.platforms or platform in one.platforms)
    ]
    if not fitting:
        raise LookupError(f"no rule set for {platform} {shop} on {on}")
    return max(fitting, key=lambda one: (bool(one.shops), bool(one.platforms), one.in_force_from, one.version))

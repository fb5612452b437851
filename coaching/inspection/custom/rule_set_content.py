"""What a rule set of the database says: the validated value that API, pages and tables share. Pure."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from coaching.inspection.custom.operators import Part
from coaching.inspection.rule import Dimension
from coaching.inspection.rule_sets import DEFAULT_WEIGHTS, AppealTerms, Limits, RuleSet
from kb.content import Codes
from kb.vocabulary import Platform

_Seconds = Annotated[float, Field(gt=0, le=604_800)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
_Days = Annotated[int, Field(ge=0, le=365)]
_RuleId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class LimitsContent(Part):
    """From when on an agent is slow, and when an agent has to be there; seconds, and hours of the day in China."""

    first_reply_s: _Seconds = 60
    reply_s: _Seconds = 180
    gap_s: _Seconds = 600
    opens_hour: Annotated[int, Field(ge=0, le=23)] = 8
    closes_hour: Annotated[int, Field(ge=1, le=24)] = 24

    @model_validator(mode="after")
    def _opens_first(self) -> "LimitsContent":
        if self.opens_hour >= self.closes_hour:
            raise ValueError("opens_hour 要早于 closes_hour，例如 8 到 24")
        return self


class AppealContent(Part):
    """How long people have to object to a finding, and to answer; in working days."""

    file_days: _Days = AppealTerms.file_days
    answer_days: _Days = AppealTerms.answer_days
    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()


class RuleSetContent(Part):
    """A rule set without its code and version."""

    name: _Name
    in_force_from: date
    platforms: Annotated[tuple[Platform, ...], AfterValidator(lambda given: tuple(dict.fromkeys(given)))] = ()
    """Empty: every platform that has no set of its own."""
    shops: Codes = ()
    """Empty: every shop."""
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]
    """Where its numbers come from."""
    limits: LimitsContent = LimitsContent()
    off: frozenset[_RuleId] = frozenset()
    """Rules that are not looked at."""
    deductions: dict[_RuleId, Annotated[float, Field(ge=0, le=100)]] = Field(default_factory=dict)
    """Points where they differ from the rule's own."""
    weights: dict[Dimension, Annotated[float, Field(ge=0, le=1_000)]] = Field(
        default_factory=lambda: {Dimension(name): weight for name, weight in DEFAULT_WEIGHTS.items()}
    )
    review_from_01: _Share = 0.5
    show_from_01: _Share = 0.7
    appeals: AppealContent = AppealContent()

    @model_validator(mode="after")
    def _is_sound(self) -> "RuleSetContent":
        if not sum(self.weights.values()):
            raise ValueError("weights 里至少一个维度的权重要大于 0")
        if self.review_from_01 > self.show_from_01:
            raise ValueError("review_from_01 不能大于 show_from_01：客服看得到的，复核的人也要看得到")
        return self

    def as_rule_set(self, code: str, version: int) -> RuleSet:
        """As inspection uses it."""
        limits, appeals = self.limits, self.appeals
        return RuleSet(
            code,
            self.name,
            version,
            frozenset(self.platforms),
            frozenset(self.shops),
            self.in_force_from,
            self.source,
            Limits(limits.first_reply_s, limits.reply_s, limits.gap_s, limits.opens_hour, limits.closes_hour),
            self.off,
            self.deductions,
            {str(dimension): weight for dimension, weight in self.weights.items()},
            self.review_from_01,
            self.show_from_01,
            AppealTerms(appeals.file_days, appeals.answer_days, appeals.days_off, appeals.days_on),
        )

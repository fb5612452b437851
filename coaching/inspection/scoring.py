"""From findings to a score: each dimension loses points for its findings, and a critical one fails the whole. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from coaching.inspection.rule import Dimension, Hit, Rule, Severity
from coaching.inspection.rule_sets import RuleSet

FULL = 100.0


@dataclass(frozen=True)
class Finding:
    """A hit with the rule, the rule set and the points it stands for."""

    rule: str
    rule_version: int
    rule_set: str
    rule_set_version: int
    dimension: Dimension
    severity: Severity
    hit: Hit
    points: float
    """What it costs its dimension's 100 where it counts."""
    counts: bool
    """Whether it does: sure enough, or confirmed by a person."""

    @property
    def deduction(self) -> float:
        """Points off its dimension's 100; 0 where it does not count (yet)."""
        return self.points if self.counts else 0.0


@dataclass(frozen=True)
class Deduction:
    """Why a dimension is not at 100."""

    rule: str
    points: float
    message_index: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class DimensionScore:
    """One dimension of one conversation."""

    score: float
    """0…100, higher is better."""
    weight: float
    """Its part in the whole."""
    deductions: tuple[Deduction, ...]


@dataclass(frozen=True)
class Score:
    """What a conversation is worth, and why."""

    score: float | None
    """0…100, higher is better; None where nothing applies."""
    failed: bool
    """Whether a critical finding counts: then the score is 0."""
    dimensions: Mapping[Dimension, DimensionScore]
    """Only the dimensions that apply."""


def finding(rule: Rule, hit: Hit, rule_set: RuleSet, *, confirmed: bool = False) -> Finding:
    """What a hit becomes under a rule set; it counts from the set's confidence on, or once a person confirmed it."""
    counts = confirmed or hit.confidence_01 >= rule_set.show_from_01
    points = rule_set.deductions.get(rule.id, rule.deduction)
    severity = hit.severity or rule.severity
    return Finding(rule.id, rule.version, rule_set.id, rule_set.version, rule.dimension, severity, hit, points, counts)


def score(findings: Iterable[Finding], applicable: Collection[Dimension], weights: Mapping[str, float]) -> Score:
    """The score of a conversation.

    Args:
        findings: All of them; those with a deduction of 0 change nothing, unless they count and are critical.
        applicable: The dimensions of which at least one rule applied; others are N/A and not counted.
        weights: Dimension → weight ≥ 0; a dimension without one counts nothing in the whole.
    """
    findings = list(findings)
    counted = [one for one in findings if one.deduction > 0]
    dimensions = {
        dimension: _dimension([one for one in counted if one.dimension is dimension], weights.get(dimension, 0.0))
        for dimension in Dimension
        if dimension in applicable
    }
    failed = any(one.counts and one.severity == "critical" for one in findings)
    weight = sum(one.weight for one in dimensions.values())
    if not weight:
        return Score(0.0 if failed else None, failed, dimensions)
    mean = sum(one.score * one.weight for one in dimensions.values()) / weight
    return Score(0.0 if failed else round(mean, 1), failed, dimensions)


def _dimension(findings: list[Finding], weight: float) -> DimensionScore:
    deductions = tuple(Deduction(one.rule, one.deduction, one.hit.message_index, one.hit.reason) for one in findings)
    lost = sum(one.points for one in deductions)
    return DimensionScore(max(0.0, FULL - lost), weight, deductions)

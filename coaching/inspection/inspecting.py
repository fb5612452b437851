"""The rules over a reading: findings, score, and how long the customer waited. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coaching.inspection.reading import Reading
from coaching.inspection.rule import Rule
from coaching.inspection.rule_sets import RuleSet
from coaching.inspection.rules import RULES
from coaching.inspection.scoring import Finding, Score, finding, score
from coaching.inspection.waiting import Pace, pace_of


@dataclass(frozen=True)
class Inspection:
    """What inspecting one conversation gave."""

    findings: tuple[Finding, ...]
    """In order of the message; those about the whole conversation last."""
    score: Score
    pace: Pace


def inspect(reading: Reading, rule_set: RuleSet, rules: Sequence[Rule] = RULES) -> Inspection:
    """Every rule of the set that applies, over one conversation."""
    applying = [rule for rule in rules if rule.id not in rule_set.off and rule.applies(reading, rule_set.limits)]
    findings = tuple(sorted(_findings(reading, rule_set, applying), key=_place))
    dimensions = {rule.dimension for rule in applying}
    return Inspection(findings, score(findings, dimensions, rule_set.weights), pace_of(reading, rule_set.limits))


def _findings(reading: Reading, rule_set: RuleSet, rules: Sequence[Rule]) -> Iterator[Finding]:
    for rule in rules:
        for hit in rule.find(reading, rule_set.limits):
            if hit.confidence_01 >= rule_set.review_from_01:
                yield finding(rule, hit, rule_set)


def _place(one: Finding) -> tuple[int, str]:
    indices = one.hit.message_index
    return (min(indices) if indices else 1_000_000_000, one.rule)

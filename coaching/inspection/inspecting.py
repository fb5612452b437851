"""The rules over a reading: findings, score, and how long the customer waited. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coaching.inspection.emotion import Emotion
from coaching.inspection.reading import Reading
from coaching.inspection.rule import Hit, Rule, RuleOverrunError
from coaching.inspection.rule_sets import RuleSet
from coaching.inspection.rules import RULES
from coaching.inspection.scoring import Finding, Score, finding, score
from coaching.inspection.waiting import Pace, pace_of


@dataclass(frozen=True, slots=True)
class Topic:
    """What a round is about: the card that its question retrieves for sure."""

    card_id: int
    intent: str


@dataclass(frozen=True)
class Overrun:
    """A rule that took too long over a conversation: it counts as not applicable to it."""

    rule: Rule
    reason: str
    """In Chinese."""


@dataclass(frozen=True)
class Inspection:
    """What inspecting one conversation gave."""

    findings: tuple[Finding, ...]
    """In order of the message; those about the whole conversation last."""
    score: Score
    pace: Pace
    topics: Mapping[int, Topic]
    """By the index of each message of a round whose topic is known."""
    emotions: Mapping[int, Emotion]
    """By the index of each customer's message; never part of the score."""
    overruns: tuple[Overrun, ...] = ()


def inspect(reading: Reading, rule_set: RuleSet, rules: Sequence[Rule] = RULES) -> Inspection:
    """Every rule of the set that applies, over one conversation."""
    found: list[Finding] = []
    dimensions = set()
    overruns = []
    for rule in rules:
        if rule.id in rule_set.off:
            continue
        try:
            hits = _hits(rule, reading, rule_set)
        except RuleOverrunError as error:
            overruns.append(Overrun(rule, str(error)))
            continue
        if hits is not None:
            dimensions.add(rule.dimension)
            found += [finding(rule, hit, rule_set) for hit in hits if hit.confidence_01 >= rule_set.review_from_01]
    findings = tuple(sorted(found, key=_place))
    return Inspection(
        findings,
        score(findings, dimensions, rule_set.weights),
        pace_of(reading, rule_set.limits),
        _topics(reading),
        {message.index: message.emotion for message in reading.of_customer if message.emotion is not None},
        tuple(overruns),
    )


def _topics(reading: Reading) -> dict[int, Topic]:
    found: dict[int, Topic] = {}
    for exchange in reading.exchanges:
        card = next((question.card for question in exchange.questions if question.card is not None), None)
        if card is not None:
            topic = Topic(card.card_id, card.intent)
            found |= {message.index: topic for message in (*exchange.asked, *exchange.replies)}
    return found


def _hits(rule: Rule, reading: Reading, rule_set: RuleSet) -> list[Hit] | None:
    """None where the rule does not apply."""
    limits = rule_set.limits
    return list(rule.find(reading, limits)) if rule.applies(reading, limits) else None


def _place(one: Finding) -> tuple[int, str]:
    indices = one.hit.message_index
    return (min(indices) if indices else 1_000_000_000, one.rule)

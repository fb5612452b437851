"""The rules over a reading: findings, score, and how long the customer waited. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coaching.inspection.emotion import Emotion
from coaching.inspection.reading import Reading
from coaching.inspection.rule import Rule
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


def inspect(reading: Reading, rule_set: RuleSet, rules: Sequence[Rule] = RULES) -> Inspection:
    """Every rule of the set that applies, over one conversation."""
    applying = [rule for rule in rules if rule.id not in rule_set.off and rule.applies(reading, rule_set.limits)]
    findings = tuple(sorted(_findings(reading, rule_set, applying), key=_place))
    dimensions = {rule.dimension for rule in applying}
    return Inspection(
        findings,
        score(findings, dimensions, rule_set.weights),
        pace_of(reading, rule_set.limits),
        _topics(reading),
        {message.index: message.emotion for message in reading.of_customer if message.emotion is not None},
    )


def _topics(reading: Reading) -> dict[int, Topic]:
    found: dict[int, Topic] = {}
    for exchange in reading.exchanges:
        card = next((question.card for question in exchange.questions if question.card is not None), None)
        if card is not None:
            topic = Topic(card.card_id, card.intent)
            found |= {message.index: topic for message in (*exchange.asked, *exchange.replies)}
    return found


def _findings(reading: Reading, rule_set: RuleSet, rules: Sequence[Rule]) -> Iterator[Finding]:
    for rule in rules:
        for hit in rule.find(reading, rule_set.limits):
            if hit.confidence_01 >= rule_set.review_from_01:
                yield finding(rule, hit, rule_set)


def _place(one: Finding) -> tuple[int, str]:
    indices = one.hit.message_index
    return (min(indices) if indices else 1_000_000_000, one.rule)

"""Order and confidence of cards for one question. Pure.

Dense similarity leads, shared characters help, a question the card must NOT answer pushes it down.
Which constants, and how they were measured: `docs/decisions/0003-ranking.md`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

LEXICAL_WEIGHT = 0.04
"""What the query's best BM25 score adds to a cosine."""
NEGATIVE_MARGIN = 0.0
NEGATIVE_WEIGHT = 0.06
CONFIDENT = 0.5
"""`score_01` from which a card is suggested; below it the system abstains."""
_SLOPE = 40.0
_MIDDLE = 0.90


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of one card for one question."""

    card_id: int
    dense: float
    """Best cosine of the query and one of the card's questions, −1…1."""
    lexical: float
    """Best BM25 of the card's questions ÷ best BM25 of the query, 0…1."""
    negative: float
    """Best cosine of the query and one of the card's negative questions, −1…1; −1 without any."""
    question_id: int
    """The card's question that came nearest."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A card in its place."""

    signals: Signals
    score: float
    """What the order goes by; comparable within one query."""
    score_01: float
    """Estimated probability that this card answers the question, 0…1."""


def rank(signals: Iterable[Signals]) -> list[Ranked]:
    """Cards best first; ties go to the smaller id, so that the order is the same every time."""
    scored = [(_score(one), one) for one in signals]
    scored.sort(key=lambda pair: (-pair[0], pair[1].card_id))
    return [Ranked(one, score, _probability(score)) for score, one in scored]


def _score(one: Signals) -> float:
    nearer_to_negative = max(0.0, one.negative - one.dense + NEGATIVE_MARGIN)
    return one.dense + LEXICAL_WEIGHT * one.lexical - NEGATIVE_WEIGHT * (nearer_to_negative > 0) - nearer_to_negative


def _probability(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-_SLOPE * (score - _MIDDLE)))

"""Order and confidence of cards for one question. Pure.

Dense similarity leads, shared characters help, a question the card must NOT answer pushes it down.
Where the constants come from and what each part brought: `docs/decisions/0003-ranking.md`;
`python -m benchmarks.calibration` finds them again.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

LEXICAL_WEIGHT = 0.03
"""What the card whose question shares most characters with the query gains on a cosine."""
DOCUMENT_WEIGHT_POOR = 0.02
"""What the card whose whole text shares most with the query gains where cards hold one question each:
there the answer is mostly noise."""
DOCUMENT_WEIGHT_RICH = 0.10
"""The same where cards hold many wordings: there a card's whole text is the second-best witness."""
COVERAGE_WEIGHT_RICH = 0.05
"""What a card gains there that contains every character of the query; nothing at one question each."""
NEGATIVE_WEIGHT = 0.06
"""What a card loses whose negative question is nearer than its own, beside the difference itself."""
CONFIDENT = 0.5
"""`score_01` from which a card is suggested; below it the system abstains."""
SAME_WORDING = 0.96
"""Cosine from which a question is one of the card's own in other characters: then it is suggested even where a
neighbour comes so close that neither is certain. One in thirty unanswerable golden questions reaches it."""
MOST = 100
"""Cards that are given a place at all."""
RIVALS = 4
"""Cards behind the first whose mean score shows how far it stands out."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of one card for one question."""

    card_id: int
    dense: float
    """Best cosine of the query and one of the card's questions, −1…1."""
    nearest: float
    """Mean cosine of the card's three nearest questions, −1…1: one lucky wording is not enough."""
    lexical: float
    """Best BM25 of the card's questions ÷ best BM25 of the query, 0…1."""
    document: float
    """BM25 of the whole card, answer included, ÷ best BM25 of the query, 0…1."""
    coverage: float
    """Share of the query's characters that the card contains, rare ones counting more, 0…1."""
    negative: float
    """Best cosine of the query and one of the card's negative questions, −1…1; −1 without any."""
    question_id: int
    """The card's question that came nearest."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of the query and of the knowledge base as a whole."""

    questions_per_card: float
    """Mean number of questions of the published cards, ≥ 1."""
    unknown: float
    """Share of the query's bigrams that occur in no published card, 0…1."""
    length: int
    """Characters of the folded query."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model of "this card answers": log-odds = Σ coefficient × feature.

    Source: fitted on the calibration half of `tests/golden` with the bundled encoder, 2026-11-21.
    """

    constant: float
    score: float
    margin: float
    """Of the distance to the best other card."""
    standout: float
    """Of the distance to the mean of the next four cards."""
    unknown: float
    length: float
    """Of the query's characters, at most `MAX_LENGTH`: long questions match less closely at the same certainty."""

    def probability(self, features: "Features") -> float:
        """Estimated probability 0…1 that a card with these features answers."""
        odds = (
            self.constant
            + self.score * features.score
            + self.margin * features.margin
            + self.standout * features.standout
            + self.unknown * features.unknown
            + self.length * features.length
        )
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, odds))))


class Features(NamedTuple):
    """What the certainty of one card's place is read from."""

    score: float
    margin: float
    standout: float
    unknown: float
    length: float

    @classmethod
    def of(cls, score: float, others: Sequence[float], setting: Setting) -> "Features":
        """Of a card with `score` beside `others`, best first."""
        rivals = others[:RIVALS] or [score - LONE_MARGIN]
        standout = score - sum(rivals) / len(rivals)
        return cls(score, score - rivals[0], standout, setting.unknown, min(setting.length, MAX_LENGTH))


MAX_LENGTH = 30
LONE_MARGIN = 0.05
"""Distance taken for granted where a card has no rival at all."""
BUNDLED = Calibration(constant=-19.34, score=15.23, margin=14.69, standout=27.69, unknown=-5.04, length=0.15)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A card in its place."""

    signals: Signals
    score: float
    """What the order goes by; comparable within one query."""
    score_01: float
    """Estimated probability that this card answers the question, 0…1."""
    is_sure: bool
    """Whether the card may be suggested, not only shown as a near miss."""


def rank(signals: Iterable[Signals], setting: Setting, calibration: Calibration = BUNDLED) -> list[Ranked]:
    """Cards best first; ties go to the smaller id, so that the order is the same every time."""
    richness = 1.0 - 1.0 / max(setting.questions_per_card, 1.0)
    scored = [(_score(one, richness), one) for one in signals]
    scored.sort(key=lambda pair: (-pair[0], pair[1].card_id))
    scored = scored[:MOST]
    best = [score for score, _ in scored[: RIVALS + 1]]
    ranked = []
    for place, (score, one) in enumerate(scored):
        others = best[:place] + best[place + 1 :] if place <= RIVALS else best
        score_01 = calibration.probability(Features.of(score, others, setting))
        # Only the first may rest on its wording: behind it stands a card that is the better answer.
        is_sure = score_01 >= CONFIDENT or (place == 0 and one.dense >= SAME_WORDING)
        ranked.append(Ranked(one, score, score_01, is_sure))
    return ranked


def _score(one: Signals, richness: float) -> float:
    """The order's measure; `richness` is 0 where cards hold one question each and nears 1 where they hold many."""
    dense = (one.dense + one.nearest) / 2
    document = DOCUMENT_WEIGHT_POOR + (DOCUMENT_WEIGHT_RICH - DOCUMENT_WEIGHT_POOR) * richness
    shared = LEXICAL_WEIGHT * one.lexical + document * one.document + COVERAGE_WEIGHT_RICH * richness * one.coverage
    beyond = one.negative - one.dense
    return dense + shared - (NEGATIVE_WEIGHT + beyond if beyond > 0 else 0.0)

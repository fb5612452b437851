"""Order and confidence of cards for one question. Pure.

Dense similarity leads, shared characters help, a question the card must NOT answer pushes it down.
Where the constants come from and what each part brought: `docs/decisions/0003-ranking.md`;
`python -m benchmarks.calibration` finds them again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEXICAL_WEIGHT_POOR = 0.03
"""What the card whose question shares most characters with the query gains on a cosine, where cards hold one
question each; where they hold many wordings, one of them shares its characters by chance."""
DOCUMENT_WEIGHT_POOR = 0.02
"""What the card whose whole text shares most with the query gains where cards hold one question each:
there the answer is mostly noise."""
DOCUMENT_WEIGHT_RICH = 0.08
"""The same where cards hold many wordings: there a card's whole text is the second-best witness."""
NEGATIVE_WEIGHT = 0.06
"""What a card loses whose negative question is nearer than its own, beside the difference itself."""
CONFIDENT = 0.5
"""`score_01` from which a card may be suggested."""
ANSWERED = 0.7
"""Probability that any card answers from which the first is suggested; below it the system abstains."""
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
    centre: float
    """Cosine of the middle of the card's questions, −1…1: one lucky wording is not enough."""
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
    background: float
    """Cosine of the nearest example of what no shop answers, −1…1."""
    ordinary: float
    """Cosine of the middle of these examples, −1…1."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model: log-odds = constant + Σ slope × feature.

    Source: fitted on the calibration half of `tests/golden` with the bundled encoder, 2026-11-22.
    """

    constant: float
    slopes: "Features"

    def probabilities(self, features: Sequence["Features"]) -> NDArray[np.float64]:
        """Estimated probability 0…1 for cards with these features, (n,)."""
        odds = self.constant + np.asarray(features, dtype=np.float64).reshape(-1, len(self.slopes)) @ self.slopes
        chances: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-odds.clip(-60.0, 60.0)))
        return chances


class Features(NamedTuple):
    """What the certainty of one card's place is read from."""

    score: float
    margin: float
    """Distance to the best other card."""
    standout: float
    """Distance to the mean of the next four cards."""
    document: float
    coverage: float
    unknown: float
    length: float
    """Of the query's characters, at most `MAX_LENGTH`: long questions match less closely at the same certainty."""
    background: float
    ordinary: float

    @classmethod
    def of(cls, signals: Signals, score: float, others: Sequence[float], setting: Setting) -> "Features":
        """Of a card with `score` beside `others`, best first."""
        rivals = others[:RIVALS] or [score - LONE_MARGIN]
        return cls(
            score,
            score - rivals[0],
            score - sum(rivals) / len(rivals),
            signals.document,
            signals.coverage,
            setting.unknown,
            min(setting.length, MAX_LENGTH),
            setting.background,
            setting.ordinary,
        )


MAX_LENGTH = 30
LONE_MARGIN = 0.05
"""Distance taken for granted where a card has no rival at all."""
RIGHT = Calibration(
    constant=-63.17,
    slopes=Features(
        score=27.65,
        margin=44.06,
        standout=37.40,
        document=0.0,
        coverage=0.0,
        unknown=-2.16,
        length=0.08,
        background=-31.31,
        ordinary=65.97,
    ),
)
"""That this very card answers."""
ANSWERABLE = Calibration(
    constant=-130.87,
    slopes=Features(
        score=11.94,
        margin=3.80,
        standout=65.00,
        document=-7.75,
        coverage=3.70,
        unknown=-3.17,
        length=0.21,
        background=-55.03,
        ordinary=184.53,
    ),
)
"""That any card answers, read from the first: a close rival makes its place uncertain, not that there is an answer."""


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


def rank(signals: Iterable[Signals], setting: Setting) -> list[Ranked]:
    """Cards best first; ties go to the smaller id, so that the order is the same every time."""
    richness = richness_of(setting.questions_per_card)
    scored = [(_score(one, richness), one) for one in signals]
    scored.sort(key=lambda pair: (-pair[0], pair[1].card_id))
    scored = scored[:MOST]
    best = [score for score, _ in scored[: RIVALS + 1]]
    features = [
        Features.of(one, score, best[:place] + best[place + 1 :] if place <= RIVALS else best, setting)
        for place, (score, one) in enumerate(scored)
    ]
    chances = RIGHT.probabilities(features).tolist()
    is_answered = bool((ANSWERABLE.probabilities(features[:1]) >= ANSWERED).any())
    return [
        Ranked(one, score, score_01, is_sure=(place == 0 and is_answered) or score_01 >= CONFIDENT)
        for place, ((score, one), score_01) in enumerate(zip(scored, chances, strict=True))
    ]


def richness_of(questions_per_card: float) -> float:
    """0 where cards hold one question each; nears 1 where they hold many wordings."""
    return 1.0 - 1.0 / max(questions_per_card, 1.0)


def _score(one: Signals, richness: float) -> float:
    """The order's measure; `richness` is 0 where cards hold one question each and nears 1 where they hold many."""
    document = DOCUMENT_WEIGHT_POOR + (DOCUMENT_WEIGHT_RICH - DOCUMENT_WEIGHT_POOR) * richness
    shared = LEXICAL_WEIGHT_POOR * (1 - richness) * one.lexical + document * one.document
    beyond = one.negative - one.dense
    return (one.dense + one.centre) / 2 + shared - (NEGATIVE_WEIGHT + beyond if beyond > 0 else 0.0)

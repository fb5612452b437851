"""Finds the constants of `kb/search/ranking.py` again: fits them on one half of the golden set, reports the other.

`.venv/bin/python -m benchmarks.calibration`
"""

import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from app.composition import present
from app.golden_file import read_golden
from benchmarks.sample_knowledge import GOLDEN, quietly, sample_parts
from embeddings import FaissIndex
from kb.evaluating import GoldenQuestion, evaluate, judge
from kb.search.catalogue import Catalogue
from kb.search.ranking import ANSWERABLE, ANSWERED, RIVALS, Calibration, Features
from kb.search.retrieval import find_cards, setting_of
from kb.search.scope import Scope
from kb.suggestion.questions import split_questions
from kb.text.folding import fold

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]
OF_THE_PLACE = ("score", "margin", "standout", "unknown", "length", "background", "ordinary")
"""What `score_01` is read from: nothing that could make a later card more certain than the one before it."""
HELD_OUT = 1
"""Similar questions taken from each card."""
_L2 = 1.0


class Measured(NamedTuple):
    """The first card of each of n questions."""

    features: Matrix
    """(n, 9), columns as in `Features`."""
    is_right: Flags
    is_answerable: Flags

    def beside(self, other: "Measured") -> "Measured":
        """Both together."""
        return Measured(*(np.concatenate(pair) for pair in zip(self, other, strict=True)))


def measure(catalogue: Catalogue, golden: list[GoldenQuestion]) -> Measured:
    """What ranking reads certainty from, and the truth beside it."""
    rows, right = [], []
    for one in golden:
        scope = Scope(one.shop, one.platform, one.product, one.phase)
        best = []
        for question in split_questions([one.text]):
            folded = fold(question)
            [vector] = catalogue.encoder.encode_queries([folded])
            found = find_cards(catalogue, folded, vector, scope, present())
            others = [ranked.score for ranked in found[1 : RIVALS + 1]]
            first = found[0]
            row = Features.of(first.signals, first.score, others, setting_of(catalogue, folded, vector))
            card = catalogue.entry(first.signals.card_id)
            best.append((first.score_01, row, card is not None and card.external_id == one.card))
        _, row, is_right = max(best)
        rows.append(row)
        right.append(is_right)
    answerable = [one.card is not None for one in golden]
    return Measured(np.array(rows), np.array(right), np.array(answerable))


def held_out(catalogue: Catalogue) -> tuple[Catalogue, list[GoldenQuestion]]:
    """A copy of the catalogue that lacks some similar questions, and these as questions of their own.

    The golden questions are roundabout on purpose; most customers ask plainly, and certainty has to hold for both.
    """
    chance = random.Random(7)
    entries, asked = {}, []
    for entry in catalogue.entries():
        similar = list(entry.questions)[1:]
        gone = set(chance.sample(similar, min(HELD_OUT, len(similar) // 4)))
        # A plain wording names no product: without its product's scope it could be anybody's.
        if entry.kind != "script":
            product = next(iter(entry.products), None) if len(entry.products) == 1 else None
            shop = next(iter(entry.shops), None) if len(entry.shops) == 1 else None
            asked += [
                GoldenQuestion(text=entry.questions[key], card=entry.external_id, product=product, shop=shop)
                for key in sorted(gone)
            ]
        kept = {key: text for key, text in entry.questions.items() if key not in gone}
        entries[entry.card_id] = replace(entry, questions=kept)
    copy = Catalogue(catalogue.encoder, catalogue.cache, FaissIndex(catalogue.encoder.dimension))
    copy.exchange(entries)
    return copy, asked


def fit(x: Matrix, y: Flags, used: Sequence[str]) -> Calibration:
    """Logistic regression on the columns named, by Newton's method with a small ridge; other slopes are 0."""
    columns = [Features._fields.index(name) for name in used]
    mean, spread = x[:, columns].mean(axis=0), x[:, columns].std(axis=0)
    design = np.c_[np.ones(len(x)), (x[:, columns] - mean) / spread]
    weights = np.zeros(design.shape[1])
    ridge = np.eye(len(weights)) * _L2
    ridge[0, 0] = 0
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ weights))
        hessian = design.T @ (design * (p * (1 - p))[:, None]) + ridge
        weights += np.linalg.solve(hessian, design.T @ (y - p) - ridge @ weights)
    slopes = dict.fromkeys(Features._fields, 0.0)
    slopes |= dict(zip(used, map(float, weights[1:] / spread), strict=True))
    return Calibration(float(weights[0] - weights[1:] / spread @ mean), Features(**slopes))


def main() -> None:
    """Prints the fitted constants and what the shipped ones reach on both halves."""
    with sample_parts() as parts, Session(parts.engine) as session:
        catalogue = parts.catalogue(quietly)
        halves = {half: read_golden(GOLDEN / f"questions_{half}.jsonl") for half in ("calibration", "test")}
        asked, plain = measure(catalogue, halves["calibration"]), measure(*held_out(catalogue))
        print(
            f"{len(plain.is_right)} plain questions held out of the cards, {plain.is_right.mean():.3f} first card right"
        )
        both = asked.beside(plain)
        right = fit(both.features, both.is_right, OF_THE_PLACE)
        answerable = fit(asked.features, asked.is_answerable, Features._fields)
        for name, fitted in (("RIGHT", right), ("ANSWERABLE", answerable)):
            slopes = ", ".join(f"{key}={value:.2f}" for key, value in fitted.slopes._asdict().items())
            print(f"{name}: constant={fitted.constant:.2f}, {slopes}")
        print(
            f"plain questions answered: {np.mean(answerable.probabilities(plain.features) >= ANSWERED):.3f}", end=", "
        )
        print(f"by the shipped constants {np.mean(ANSWERABLE.probabilities(plain.features) >= ANSWERED):.3f}")
        for threshold in np.arange(0.5, 0.96, 0.05):
            said = answerable.probabilities(asked.features) >= threshold
            kept, abstained = said[asked.is_answerable].mean(), 1 - said[~asked.is_answerable].mean()
            print(f"  fitted, ≥ {threshold:.2f}: answered {kept:.3f} of the answerable, abstained {abstained:.3f}")
        for half, golden in halves.items():
            figures = asdict(evaluate(judge(session, catalogue, golden, present())))
            print(half, {key: round(value, 3) for key, value in figures.items()})


if __name__ == "__main__":
    main()

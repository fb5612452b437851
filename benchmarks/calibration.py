"""Finds the constants of `kb/search/ranking.py` again: fits them on one half of the golden set, reports the other.

`.venv/bin/python -m benchmarks.calibration`
"""

import random
from dataclasses import asdict, replace

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from app.composition import present
from app.golden_file import read_golden
from benchmarks.sample_knowledge import GOLDEN, quietly, sample_parts
from embeddings import FaissIndex
from kb.evaluating import GoldenQuestion, evaluate, judge
from kb.search.catalogue import Catalogue
from kb.search.ranking import BUNDLED, CONFIDENT, RIVALS, Calibration, Features, Setting
from kb.search.retrieval import find_cards
from kb.search.scope import Scope
from kb.suggestion.questions import split_questions
from kb.text.folding import fold

Matrix = NDArray[np.float64]
HELD_OUT = 1
"""Similar questions taken from each card."""
_L2 = 1.0


def features(catalogue: Catalogue, golden: list[GoldenQuestion]) -> tuple[Matrix, Matrix]:
    """Features of the first card of each question, (n, 5), and whether it is right, (n,)."""
    rows, right = [], []
    for one in golden:
        scope = Scope(one.shop, one.platform, one.product, one.phase)
        best = []
        for question in split_questions([one.text]):
            folded = fold(question)
            [vector] = catalogue.encoder.encode_queries([folded])
            found = find_cards(catalogue, folded, vector, scope, present())
            setting = Setting(1.0, catalogue.documents.unknown_share(folded), len(folded))
            others = [ranked.score for ranked in found[1 : RIVALS + 1]]
            row = list(Features.of(found[0].score, others, setting))
            card = catalogue.entry(found[0].signals.card_id)
            best.append((found[0].score_01, row, card is not None and card.external_id == one.card))
        _, row, is_right = max(best)
        rows.append(row)
        right.append(is_right)
    return np.array(rows, dtype=np.float64), np.array(right, dtype=np.float64)


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


def fit(x: Matrix, y: Matrix) -> Calibration:
    """Logistic regression by Newton's method with a small ridge."""
    mean, spread = x.mean(axis=0), x.std(axis=0)
    design = np.c_[np.ones(len(x)), (x - mean) / spread]
    weights = np.zeros(design.shape[1])
    ridge = np.eye(len(weights)) * _L2
    ridge[0, 0] = 0
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ weights))
        hessian = design.T @ (design * (p * (1 - p))[:, None]) + ridge
        weights += np.linalg.solve(hessian, design.T @ (y - p) - ridge @ weights)
    slopes = weights[1:] / spread
    constant = float(weights[0] - slopes @ mean)
    return Calibration(constant, **dict(zip(Features._fields, map(float, slopes), strict=True)))


def main() -> None:
    """Prints the fitted constants and what the shipped ones reach on both halves."""
    with sample_parts() as parts, Session(parts.engine) as session:
        catalogue = parts.catalogue(quietly)
        halves = {half: read_golden(GOLDEN / f"questions_{half}.jsonl") for half in ("calibration", "test")}
        roundabout, plain = features(catalogue, halves["calibration"]), features(*held_out(catalogue))
        print(f"{len(plain[1])} plain questions held out of the cards, {plain[1].mean():.3f} first card right")
        fitted = fit(np.r_[roundabout[0], plain[0]], np.r_[roundabout[1], plain[1]])
        shares = [fitted.probability(Features(*row)) >= CONFIDENT for row in plain[0]]
        print(f"plain questions answered: {np.mean(shares):.3f}; shipped constants: ", end="")
        print(f"{np.mean([BUNDLED.probability(Features(*row)) >= CONFIDENT for row in plain[0]]):.3f}")
        print("fitted on the calibration half:", {key: round(value, 2) for key, value in asdict(fitted).items()})
        for half, golden in halves.items():
            judged = judge(session, catalogue, golden, present())
            print(half, {key: round(value, 3) for key, value in asdict(evaluate(judged)).items()})
            for threshold in np.arange(0.3, 0.71, 0.05):
                answerable = [one for one in judged if one.golden.card]
                sure = [bool(one.scores) and one.scores[0] >= threshold for one in judged]
                known = [(one, is_sure) for one, is_sure in zip(judged, sure, strict=True) if one.golden.card]
                top1 = sum(is_sure and one.rank == 1 for one, is_sure in known) / len(answerable)
                top3 = sum(is_sure and (one.rank or 9) <= 3 for one, is_sure in known) / len(answerable)
                unsure = [not is_sure for one, is_sure in zip(judged, sure, strict=True) if one.golden.card is None]
                print(f"  ≥ {threshold:.2f}: top1 {top1:.3f}  recall@3 {top3:.3f}  abstention {np.mean(unsure):.3f}")


if __name__ == "__main__":
    main()

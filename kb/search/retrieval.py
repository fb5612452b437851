"""Candidates for a question: dense and lexical neighbours, merged per card, inside their scope."""

from collections.abc import Callable, Iterable
from datetime import datetime

import numpy as np

from embeddings.ports import Ids, Vectors
from kb.search.catalogue import Catalogue, Entry
from kb.search.ranking import Ranked, Signals, rank
from kb.search.scope import Scope, valid_at

DEPTH = 200
"""Questions looked at per query and side; a card's best question counts."""
_ENOUGH = 50
"""Cards that have to remain after filtering; with fewer, the search is repeated inside the scope."""


def find_cards(
    catalogue: Catalogue,
    folded: str,
    vector: Vectors,
    scope: Scope,
    now: datetime,
    only: Callable[[Entry], bool] | None = None,
) -> list[Ranked]:
    """Published cards valid at `now`, inside `scope` (its phase aside) and accepted by `only`, best first.

    `folded` is the folded question, `vector` its float32 (d,) unit vector.
    """

    def admitted(entry: Entry | None) -> bool:
        return entry is not None and scope.admits(entry) and valid_at(entry, now) and (only is None or only(entry))

    found = _candidates(catalogue, folded, vector, None)
    kept = [one for one in found if admitted(catalogue.entry(one.card_id))]
    if len(kept) < _ENOUGH and len(kept) < len(found):
        kept = _candidates(catalogue, folded, vector, filter(admitted, catalogue.entries()))
    return rank(kept)


def _candidates(catalogue: Catalogue, folded: str, vector: Vectors, inside: Iterable[Entry] | None) -> list[Signals]:
    allowed = None if inside is None else _question_ids(inside)
    if allowed is not None and not len(allowed):
        return []
    lexical = _lexical(catalogue, folded, allowed)
    dense = _dense(catalogue, vector, DEPTH, allowed)
    unseen = np.array([key for key in lexical if key not in dense], dtype=np.int64)
    if len(unseen):
        dense |= _dense(catalogue, vector, len(unseen), unseen)
    return _merge(catalogue, dense, lexical)


def _question_ids(entries: Iterable[Entry]) -> Ids:
    return np.fromiter((key for one in entries for key in (*one.questions, *one.negatives)), dtype=np.int64)


def _dense(catalogue: Catalogue, vector: Vectors, top_k: int, allowed: Ids | None) -> dict[int, float]:
    hits = catalogue.index.search(vector[np.newaxis], top_k, allowed)
    return {key: score for key, score in zip(hits.ids[0].tolist(), hits.scores[0].tolist(), strict=True) if key >= 0}


def _lexical(catalogue: Catalogue, folded: str, allowed: Ids | None) -> dict[int, float]:
    hits = catalogue.lexical.search(folded, DEPTH if allowed is None else len(catalogue.lexical))
    ids, scores = hits.ids, hits.scores
    if allowed is not None:
        inside = np.isin(ids, allowed)
        ids, scores = ids[inside][:DEPTH], scores[inside][:DEPTH]
    best = float(scores[0]) if len(scores) else 1.0
    return {key: score / best for key, score in zip(ids.tolist(), scores.tolist(), strict=True)}


def _merge(catalogue: Catalogue, dense: dict[int, float], lexical: dict[int, float]) -> list[Signals]:
    by_card: dict[int, Signals] = {}
    for key, cosine in dense.items():
        entry = catalogue.entry_of_question(key)
        if entry is None:
            continue
        so_far = by_card.get(entry.card_id) or Signals(entry.card_id, -1.0, 0.0, -1.0, 0)
        by_card[entry.card_id] = _with(so_far, key, cosine, lexical.get(key, 0.0), negative=key in entry.negatives)
    return [one for one in by_card.values() if one.question_id]


def _with(so_far: Signals, key: int, cosine: float, lexical: float, *, negative: bool) -> Signals:
    if negative:
        return Signals(so_far.card_id, so_far.dense, so_far.lexical, max(so_far.negative, cosine), so_far.question_id)
    nearer = cosine > so_far.dense
    return Signals(
        so_far.card_id,
        cosine if nearer else so_far.dense,
        max(lexical, so_far.lexical),
        so_far.negative,
        key if nearer else so_far.question_id,
    )

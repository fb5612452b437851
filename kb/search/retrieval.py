"""Candidates for a question: dense and lexical neighbours, merged per card, inside their scope."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

import numpy as np

from embeddings.ports import Ids, Vectors
from kb.search.catalogue import Catalogue, Entry
from kb.search.lexical import LexicalIndex
from kb.search.ranking import Ranked, Setting, Signals, rank
from kb.search.scope import Scope, valid_at

DEPTH = 200
"""Questions looked at per query by their vectors."""
LEXICAL_DEPTH = 300
"""Questions, and whole cards, looked at per query by their characters."""
NEAREST = 3
"""Questions of a card whose mean cosine counts beside its best."""
_DOCUMENTS = 30
"""Cards found by their whole text whose questions are looked up even where no question was found."""
_ENOUGH = 50
"""Cards that have to remain after filtering; with fewer, the search is repeated inside the scope."""


class _Words(NamedTuple):
    """What characters say: BM25 shares by question id and by revision id, coverage by revision id."""

    questions: dict[int, float]
    documents: dict[int, float]
    coverage: dict[int, float]


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
    setting = Setting(catalogue.questions_per_card, catalogue.documents.unknown_share(folded), len(folded))
    return rank(kept, setting)


def _candidates(catalogue: Catalogue, folded: str, vector: Vectors, inside: Iterable[Entry] | None) -> list[Signals]:
    entries = None if inside is None else list(inside)
    allowed = None if entries is None else _question_ids(entries)
    if allowed is not None and not len(allowed):
        return []
    lexical = _lexical(catalogue.lexical, folded, allowed)
    revisions = None if entries is None else np.array([entry.revision_id for entry in entries], dtype=np.int64)
    documents = _lexical(catalogue.documents, folded, revisions)
    dense = _dense(catalogue, vector, DEPTH, allowed)
    floor = min(dense.values(), default=-1.0)
    unseen = _unseen(catalogue, dense, lexical, documents)
    if len(unseen):
        dense |= _dense(catalogue, vector, len(unseen), unseen)
    return _merge(catalogue, folded, dense, lexical, documents, floor)


def _question_ids(entries: Iterable[Entry]) -> Ids:
    return np.fromiter((key for one in entries for key in (*one.questions, *one.negatives)), dtype=np.int64)


def _dense(catalogue: Catalogue, vector: Vectors, top_k: int, allowed: Ids | None) -> dict[int, float]:
    hits = catalogue.index.search(vector[np.newaxis], top_k, allowed)
    return {key: score for key, score in zip(hits.ids[0].tolist(), hits.scores[0].tolist(), strict=True) if key >= 0}


def _lexical(index: LexicalIndex, folded: str, allowed: Ids | None) -> dict[int, float]:
    """BM25 ÷ the query's best, 0…1, by id."""
    hits = index.search(folded, LEXICAL_DEPTH if allowed is None else len(index))
    ids, scores = hits.ids, hits.scores
    if allowed is not None:
        inside = np.isin(ids, allowed)
        ids, scores = ids[inside][:LEXICAL_DEPTH], scores[inside][:LEXICAL_DEPTH]
    best = float(scores[0]) if len(scores) else 1.0
    return {key: score / best for key, score in zip(ids.tolist(), scores.tolist(), strict=True)}


def _unseen(
    catalogue: Catalogue, dense: dict[int, float], lexical: dict[int, float], documents: dict[int, float]
) -> Ids:
    """Questions that only characters found: their cosines are still to be looked up."""
    keys = {key for key in lexical if key not in dense}
    for revision_id in list(documents)[:_DOCUMENTS]:
        entry = catalogue.entry_of_revision(revision_id)
        if entry is not None and not any(key in dense for key in entry.questions):
            keys.update(entry.questions)
    return np.fromiter(keys, dtype=np.int64)


def _merge(
    catalogue: Catalogue,
    folded: str,
    dense: dict[int, float],
    lexical: dict[int, float],
    documents: dict[int, float],
    floor: float,
) -> list[Signals]:
    asked: dict[int, list[tuple[float, int]]] = {}
    refused: dict[int, float] = {}
    entries: dict[int, Entry] = {}
    for key, cosine in dense.items():
        entry = catalogue.entry_of_question(key)
        if entry is None:
            continue
        entries[entry.card_id] = entry
        if key in entry.negatives:
            refused[entry.card_id] = max(cosine, refused.get(entry.card_id, -1.0))
        else:
            asked.setdefault(entry.card_id, []).append((cosine, key))
    revisions = np.fromiter((entries[card_id].revision_id for card_id in asked), dtype=np.int64)
    words = _Words(lexical, documents, catalogue.documents.coverage(folded, revisions))
    return [
        _signals(entries[card_id], cosines, refused.get(card_id, -1.0), words, floor)
        for card_id, cosines in asked.items()
    ]


def _signals(
    entry: Entry,
    cosines: list[tuple[float, int]],
    negative: float,
    words: _Words,
    floor: float,
) -> Signals:
    cosines.sort(reverse=True)
    places = min(NEAREST, len(entry.questions))
    nearest = [cosine for cosine, _ in cosines[:places]]
    # A question that is not among the hits is at most as near as the last of them.
    nearest += [floor] * (places - len(nearest))
    return Signals(
        card_id=entry.card_id,
        dense=cosines[0][0],
        nearest=sum(nearest) / places,
        lexical=max((words.questions.get(key, 0.0) for _, key in cosines), default=0.0),
        document=words.documents.get(entry.revision_id, 0.0),
        coverage=words.coverage.get(entry.revision_id, 0.0),
        negative=negative,
        question_id=cosines[0][1],
    )

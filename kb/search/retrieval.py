"""Candidates for a question: dense and lexical neighbours, merged per card, inside their scope."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embeddings.ports import Ids, Vectors
from kb.search.catalogue import Catalogue, Entry
from kb.search.lexical import LexicalIndex
from kb.search.ranking import Ranked, Setting, Signals, rank, richness_of
from kb.search.scope import Scope, valid_at

DEPTH = 200
"""Questions looked at per query by their vectors."""
LEXICAL_DEPTH = 300
"""Whole cards looked at per query by their characters; of questions fewer, as they weigh less in richer cards."""
_FEWEST = 20
"""Questions looked at by their characters however little they weigh."""
_DOCUMENTS = 30
"""Cards found by their whole text whose questions are looked up even where no question was found."""
_ENOUGH = 50
"""Cards that have to remain after filtering; with fewer, the search is repeated inside the scope."""
_Admitted = Callable[[Entry | None], bool]


class _Near(NamedTuple):
    """Questions found of admitted cards: parallel arrays, one row a question."""

    entries: dict[int, Entry]
    """By card id."""
    card_ids: Ids
    question_ids: Ids
    cosines: NDArray[np.float64]
    shares: NDArray[np.float64]
    """BM25 ÷ the query's best, 0…1."""
    refused: dict[int, float]
    """Best cosine of a negative question, by card id."""


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

    kept, left_out = _candidates(catalogue, folded, vector, admitted, None)
    if len(kept) < _ENOUGH and left_out:
        inside = list(filter(admitted, catalogue.entries()))
        kept, _ = _candidates(catalogue, folded, vector, admitted, inside)
    return rank(kept, setting_of(catalogue, folded, vector))


def setting_of(catalogue: Catalogue, folded: str, vector: Vectors) -> Setting:
    """What is known of a question before any card is looked at."""
    likeness = catalogue.background.likeness(vector)
    unknown = catalogue.documents.unknown_share(folded)
    return Setting(catalogue.questions_per_card, unknown, len(folded), likeness.nearest, likeness.centre)


def _candidates(
    catalogue: Catalogue, folded: str, vector: Vectors, admitted: _Admitted, entries: Sequence[Entry] | None
) -> tuple[list[Signals], int]:
    """The admitted cards found, looking only among `entries` (None: everywhere), and how many others were found."""
    allowed = None if entries is None else _question_ids(entries)
    if allowed is not None and not len(allowed):
        return [], 0
    lexical_depth = max(_FEWEST, round(LEXICAL_DEPTH * (1 - richness_of(catalogue.questions_per_card))))
    lexical = _lexical(catalogue.lexical, folded, lexical_depth, allowed)
    revisions = None if entries is None else np.array([entry.revision_id for entry in entries], dtype=np.int64)
    documents = _lexical(catalogue.documents, folded, LEXICAL_DEPTH, revisions)
    dense = _dense(catalogue, vector, DEPTH, allowed)
    unseen = _unseen(catalogue, dense, lexical, documents)
    if len(unseen):
        dense |= _dense(catalogue, vector, len(unseen), unseen)
    near, left_out = _by_card(catalogue, dense, lexical, admitted)
    return _signals(catalogue, folded, vector, near, documents), left_out


def _question_ids(entries: Sequence[Entry]) -> Ids:
    return np.fromiter((key for one in entries for key in (*one.questions, *one.negatives)), dtype=np.int64)


def _dense(catalogue: Catalogue, vector: Vectors, top_k: int, allowed: Ids | None) -> dict[int, float]:
    hits = catalogue.index.search(vector[np.newaxis], top_k, allowed)
    return {key: score for key, score in zip(hits.ids[0].tolist(), hits.scores[0].tolist(), strict=True) if key >= 0}


def _lexical(index: LexicalIndex, folded: str, depth: int, allowed: Ids | None) -> dict[int, float]:
    """BM25 ÷ the query's best, 0…1, by id."""
    hits = index.search(folded, depth if allowed is None else len(index))
    ids, scores = hits.ids, hits.scores
    if allowed is not None:
        inside = np.isin(ids, allowed)
        ids, scores = ids[inside][:depth], scores[inside][:depth]
    best = float(scores[0]) if len(scores) else 1.0
    return {key: score / best for key, score in zip(ids.tolist(), scores.tolist(), strict=True)}


def _unseen(
    catalogue: Catalogue, dense: dict[int, float], lexical: dict[int, float], documents: dict[int, float]
) -> Ids:
    """Questions that only characters found: their cosines are still to be looked up."""
    keys = {key for key in lexical if key not in dense}
    for revision_id in list(documents)[:_DOCUMENTS]:
        entry = catalogue.entry_of_revision(revision_id)
        if entry is not None and dense.keys().isdisjoint(entry.questions):
            keys.update(entry.questions)
    return np.fromiter(keys, dtype=np.int64)


def _by_card(
    catalogue: Catalogue, dense: dict[int, float], lexical: dict[int, float], admitted: _Admitted
) -> tuple[_Near, int]:
    """The questions found of admitted cards, and how many cards with a question found were not admitted."""
    asked: list[tuple[Entry, int]] = []
    refused: dict[int, float] = {}
    for key, cosine in dense.items():
        entry = catalogue.entry_of_question(key)
        if entry is None:
            continue
        if key in entry.negatives:
            refused[entry.card_id] = max(cosine, refused.get(entry.card_id, -1.0))
        else:
            asked.append((entry, key))
    found = {entry.card_id for entry, _ in asked}
    inside = {card_id for card_id in found if admitted(catalogue.entry(card_id))}
    asked = [pair for pair in asked if pair[0].card_id in inside]
    keys = [key for _, key in asked]
    return _Near(
        {entry.card_id: entry for entry, _ in asked},
        np.array([entry.card_id for entry, _ in asked], dtype=np.int64),
        np.array(keys, dtype=np.int64),
        np.array([dense[key] for key in keys], dtype=np.float64),
        np.array([lexical.get(key, 0.0) for key in keys], dtype=np.float64),
        refused,
    ), len(found) - len(inside)


def _signals(
    catalogue: Catalogue, folded: str, vector: Vectors, near: _Near, documents: dict[int, float]
) -> list[Signals]:
    """One `Signals` a card; all cards are reckoned at once, which takes less time than one after the other."""
    if not near.entries:
        return []
    # Each card's questions stand together, the nearest first.
    order = np.lexsort((-near.question_ids, -near.cosines, near.card_ids))
    cosines, question_ids, shares = near.cosines[order], near.question_ids[order], near.shares[order]
    cards, firsts = np.unique(near.card_ids[order], return_index=True)
    entries = [near.entries[card_id] for card_id in cards.tolist()]
    revisions = [entry.revision_id for entry in entries]
    revision_ids = np.array(revisions, dtype=np.int64)
    coverage = catalogue.documents.coverage(folded, revision_ids)
    columns = (
        cards.tolist(),
        cosines[firsts].tolist(),
        catalogue.centres.cosines(vector, revision_ids).tolist(),
        np.maximum.reduceat(shares, firsts).tolist(),
        [documents.get(revision_id, 0.0) for revision_id in revisions],
        [coverage.get(revision_id, 0.0) for revision_id in revisions],
        [near.refused.get(card_id, -1.0) for card_id in cards.tolist()],
        question_ids[firsts].tolist(),
    )
    return [Signals(*row) for row in zip(*columns, strict=True)]

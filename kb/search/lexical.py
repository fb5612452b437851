"""BM25 over character uni- and bigrams: finds questions by their very characters. Pure.

Chinese needs no word list this way, and typos cost two bigrams instead of a whole word.
Source: Robertson & Zaragoza 2009; uni+bigrams beat jieba words on real service questions
(`docs/decisions/0003-ranking.md`).
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75
_MARKS = re.compile(r"\W")
_SHIFT = np.uint64(21)
"""Bits of a code point: a bigram's key is `first << 21 | second`, a unigram's its code point."""
_TAIL_LIMIT = 2_000
"""Questions added one by one before the index is rebuilt as a whole."""


class LexicalHits(NamedTuple):
    """Question ids with their BM25 score, best first."""

    ids: NDArray[np.int64]
    scores: NDArray[np.float32]
    """BM25 > 0, unbounded; comparable within one query only."""


class LexicalIndex:
    """Exact BM25 top-k; replaced as a whole on change, so that readers never wait."""

    def __init__(self, texts: Mapping[int, str] | None = None) -> None:
        """`texts`: folded question by id."""
        self._texts: dict[int, str] = dict(texts or {})
        self._tail: dict[int, str] = {}
        self._indexed: set[int] = set(self._texts)
        self._state = _State((_Part.of(self._texts),), frozenset())

    def __len__(self) -> int:
        return len(self._texts)

    def put(self, texts: Mapping[int, str]) -> None:
        """Adds folded questions; a known id keeps its text. One writer at a time."""
        self._texts.update(texts)
        self._tail.update({key: text for key, text in texts.items() if key not in self._indexed})
        self._indexed.update(texts)
        dead = self._state.dead - texts.keys()
        if len(self._tail) > _TAIL_LIMIT or len(dead) > _TAIL_LIMIT:
            self._tail, self._indexed = {}, set(self._texts)
            self._state = _State((_Part.of(self._texts),), frozenset())
        else:
            self._state = _State((self._state.parts[0], _Part.of(self._tail)), dead)

    def remove(self, ids: Iterable[int]) -> None:
        """Takes questions out; unknown ids are ignored. One writer at a time."""
        gone = {key for key in ids if self._texts.pop(key, None) is not None}
        self._state = _State(self._state.parts, self._state.dead | gone)

    def search(self, folded: str, top_k: int) -> LexicalHits:
        """The `top_k` questions that share most with the folded query; fewer where fewer share anything."""
        parts, dead = self._state
        keys, counts = np.unique(_grams([folded])[0], return_counts=True)
        idf = self._idf(parts, keys) * counts
        found = [part.search(keys, idf, top_k + len(dead)) for part in parts]
        ids = np.concatenate([hits.ids for hits in found])
        scores = np.concatenate([hits.scores for hits in found])
        if dead:
            alive = ~np.isin(ids, np.fromiter(dead, dtype=np.int64))
            ids, scores = ids[alive], scores[alive]
        order = np.argsort(-scores, kind="stable")[:top_k]
        return LexicalHits(ids[order], scores[order])

    def unknown_share(self, folded: str) -> float:
        """Share of the text's bigrams that occur nowhere in the index, 0…1; 0 for texts without any."""
        keys = np.unique(_grams([_MARKS.sub("", folded)])[0])
        bigrams = keys[keys >> _SHIFT > 0]
        if not len(bigrams):
            return 0.0
        frequency = np.sum([part.frequency(bigrams) for part in self._state.parts], axis=0)
        return float(np.mean(frequency == 0))

    def coverage(self, folded: str, ids: NDArray[np.int64]) -> dict[int, float]:
        """How much of the text each of these entries knows: share 0…1 of its characters, rare ones counting more."""
        parts = self._state.parts
        keys = np.unique(_grams([_MARKS.sub("", folded)])[0])
        keys = keys[keys >> _SHIFT == 0]
        idf = self._idf(parts, keys)
        shares: dict[int, float] = {}
        for part in parts:
            wanted = np.isin(part.ids, ids)
            known = part.known(keys, idf)[wanted] / max(float(idf.sum()), 1e-9)
            shares.update(zip(part.ids[wanted].tolist(), known.tolist(), strict=True))
        return shares

    @staticmethod
    def _idf(parts: tuple["_Part", ...], keys: NDArray[np.uint64]) -> NDArray[np.float32]:
        total = sum(len(part.ids) for part in parts)
        frequency = np.sum([part.frequency(keys) for part in parts], axis=0)
        idf: NDArray[np.float32] = np.log1p((total - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        return idf


class _State(NamedTuple):
    """What a reader takes in one step, so that it never sees half a change."""

    parts: tuple["_Part", ...]
    dead: frozenset[int]


class _Part(NamedTuple):
    """An immutable inverted index: postings of term t are `rows[starts[t]:starts[t + 1]]`."""

    ids: NDArray[np.int64]
    terms: NDArray[np.uint64]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    weights: NDArray[np.float32]

    @classmethod
    def of(cls, texts: Mapping[int, str]) -> "_Part":
        ids = np.fromiter(texts.keys(), dtype=np.int64, count=len(texts))
        keys, rows = _grams(list(texts.values()))
        order = np.argsort(keys, kind="stable")
        keys, rows = keys[order], rows[order]
        fresh = np.ones(len(keys), dtype=bool)
        fresh[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
        firsts = np.flatnonzero(fresh)
        counts = np.diff(np.append(firsts, len(keys))).astype(np.float32)
        lengths = np.bincount(rows, minlength=len(ids)).astype(np.float32)
        keys, rows = keys[firsts], rows[firsts]
        terms, starts = np.unique(keys, return_index=True)
        share = lengths / max(float(lengths.mean()), 1.0) if len(ids) else lengths
        weights = counts * (K1 + 1) / (counts + K1 * (1 - B + B * share[rows]))
        return cls(ids, terms, np.append(starts, len(keys)), rows, weights.astype(np.float32))

    def frequency(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """In how many questions each key occurs."""
        place, known = self._find(keys)
        found: NDArray[np.int64] = np.where(known, self.starts[place + 1] - self.starts[place], 0)
        return found

    def search(self, keys: NDArray[np.uint64], idf: NDArray[np.float32], top_k: int) -> LexicalHits:
        place, known = self._find(keys)
        spans = [(self.starts[t], self.starts[t + 1], w) for t, w in zip(place[known], idf[known], strict=True)]
        if not spans:
            return LexicalHits(np.empty(0, np.int64), np.empty(0, np.float32))
        rows = np.concatenate([self.rows[start:end] for start, end, _ in spans])
        weights = np.concatenate([self.weights[start:end] * weight for start, end, weight in spans])
        scores = np.bincount(rows, weights=weights, minlength=len(self.ids)).astype(np.float32)
        best = np.argpartition(-scores, top_k)[:top_k] if top_k < len(scores) else np.arange(len(scores))
        best = best[scores[best] > 0]
        return LexicalHits(self.ids[best], scores[best])

    def known(self, keys: NDArray[np.uint64], idf: NDArray[np.float32]) -> NDArray[np.float32]:
        """Per question, the summed idf of the keys it contains."""
        sums: NDArray[np.float32] = np.zeros(len(self.ids), dtype=np.float32)
        place, known = self._find(keys)
        for term, weight in zip(place[known], idf[known], strict=True):
            sums[self.rows[self.starts[term] : self.starts[term + 1]]] += weight
        return sums

    def _find(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        if not len(self.terms):
            # starts holds a single 0: point at it with a width of nothing
            return np.zeros(len(keys), dtype=np.int64) - 1, np.zeros(len(keys), dtype=bool)
        place = np.minimum(np.searchsorted(self.terms, keys), len(self.terms) - 1)
        return place, self.terms[place] == keys


def _grams(texts: list[str]) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Keys of all uni- and bigrams and, beside each, the row of its text."""
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), [len(text) for text in texts])
    inside = rows[1:] == rows[:-1]
    bigrams = (points[:-1] << _SHIFT) | points[1:]
    return np.concatenate([points, bigrams[inside]]), np.concatenate([rows, rows[1:][inside]])

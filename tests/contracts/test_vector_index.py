"""What every `VectorIndex` keeps to; FAISS is also held against the brute-force oracle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import FaissIndex, Hits, Ids, VectorIndex, Vectors

D = 8
ROUNDING = 2e-3
"""Half precision moves a coordinate by 2⁻¹¹ of itself, so a cosine by less than this."""


class BruteForceIndex:
    """The oracle: every vector in a dictionary, every cosine computed, everything sorted."""

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._vectors: dict[int, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self._vectors)

    def ids(self) -> Ids:
        return np.array(sorted(self._vectors), np.int64)

    def put(self, ids: Ids, vectors: Vectors) -> None:
        if vectors.shape != (len(ids), self.dimension) or len(set(ids.tolist())) != len(ids):
            raise ValueError("shapes or ids")
        if not np.isfinite(vectors).all() or (ids < 0).any():
            raise ValueError("values")
        self._vectors.update(zip(ids.tolist(), vectors, strict=True))

    def remove(self, ids: Ids) -> int:
        return sum(self._vectors.pop(each, None) is not None for each in ids.tolist())

    def vectors(self, ids: Ids) -> Vectors:
        return np.array([self._vectors[each] for each in ids.tolist()], np.float32).reshape(-1, self.dimension)

    def search(self, queries: Vectors, top_k: int, allowed: Ids | None = None) -> Hits:
        if queries.ndim != 2 or queries.shape[1] != self.dimension or top_k < 1:
            raise ValueError("queries or top_k")
        inside = self.ids() if allowed is None else np.intersect1d(self.ids(), allowed)
        found = np.full((len(queries), top_k), -1, np.int64)
        scores = np.full((len(queries), top_k), -np.inf, np.float32)
        for row, query in enumerate(queries):
            cosines = np.array([query @ self._vectors[each] for each in inside.tolist()], np.float32)
            best = np.argsort(-cosines, kind="stable")[:top_k]
            found[row, : len(best)], scores[row, : len(best)] = inside[best], cosines[best]
        return Hits(found, scores)


def unit_rows(count: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, D)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def ids(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


@pytest.mark.parametrize("make", [FaissIndex, BruteForceIndex])
class TestVectorIndex:
    def test_new_index_is_empty_and_finds_nothing(self, make):
        index: VectorIndex = make(D)
        hits = index.search(unit_rows(2, 0), 3)
        assert len(index) == 0
        assert index.ids().tolist() == []
        assert hits.ids.tolist() == [[-1] * 3] * 2
        assert np.isneginf(hits.scores).all()

    def test_stored_vectors_come_back_in_the_order_asked(self, make):
        index, rows = make(D), unit_rows(4, seed=3)
        index.put(ids(1, 5, 7, 9), rows)
        assert index.vectors(ids(9, 1)) == pytest.approx(rows[[3, 0]], abs=ROUNDING)
        assert index.vectors(ids()).shape == (0, D)

    def test_vectors_of_an_unknown_id_are_refused(self, make):
        index = make(D)
        index.put(ids(1), unit_rows(1, seed=3))
        with pytest.raises(KeyError):
            index.vectors(ids(1, 2))

    def test_nearest_comes_first_with_its_cosine(self, make):
        index, rows = make(D), unit_rows(5, 1)
        index.put(ids(10, 11, 12, 13, 14), rows)
        hits = index.search(rows[2:3], 5)
        assert hits.ids[0, 0] == 12
        assert hits.ids.dtype == np.int64
        assert hits.scores.dtype == np.float32
        assert hits.scores[0] == pytest.approx(np.sort(rows @ rows[2])[::-1], abs=ROUNDING)

    def test_missing_results_are_padded(self, make):
        index = make(D)
        index.put(ids(7), unit_rows(1, 2))
        hits = index.search(unit_rows(1, 3), 4)
        assert hits.ids.tolist() == [[7, -1, -1, -1]]
        assert np.isneginf(hits.scores[0, 1:]).all()

    def test_no_queries_give_no_rows(self, make):
        index = make(D)
        index.put(ids(7), unit_rows(1, 2))
        assert index.search(np.empty((0, D), np.float32), 4).ids.shape == (0, 4)

    def test_known_id_is_replaced(self, make):
        index, rows = make(D), unit_rows(3, 4)
        index.put(ids(1, 2), rows[:2])
        index.put(ids(2, 3), np.stack([rows[2], rows[1]]))
        assert index.ids().tolist() == [1, 2, 3]
        assert index.search(rows[2:], 1).ids.tolist() == [[2]]
        assert index.search(rows[1:2], 1).ids.tolist() == [[3]]

    def test_removed_ids_are_never_found_and_unknown_ones_are_ignored(self, make):
        index, rows = make(D), unit_rows(3, 5)
        index.put(ids(1, 2, 3), rows)
        assert index.remove(ids(2, 99)) == 1
        assert index.ids().tolist() == [1, 3]
        assert 2 not in index.search(rows, 3).ids
        assert index.remove(ids()) == 0

    def test_allowed_limits_the_search(self, make):
        index, rows = make(D), unit_rows(6, 6)
        index.put(np.arange(6), rows)
        hits = index.search(rows[:1], 3, allowed=ids(5, 3, 77))
        assert set(hits.ids[0].tolist()) == {3, 5, -1}

    def test_nothing_allowed_finds_nothing(self, make):
        index, rows = make(D), unit_rows(6, 6)
        index.put(np.arange(6), rows)
        assert index.search(rows[:1], 2, allowed=ids()).ids.tolist() == [[-1, -1]]

    @pytest.mark.parametrize(
        ("new_ids", "rows"),
        [
            (ids(1, 1), unit_rows(2, 7)),
            (ids(-1, 5), unit_rows(2, 7)),
            (ids(5), unit_rows(2, 7)),
            (ids(5, 6), unit_rows(2, 7)[:, :-1]),
            (ids(5, 6), np.full((2, D), np.nan, np.float32)),
        ],
        ids=["twice", "negative", "count", "dimension", "nan"],
    )
    def test_refused_put_changes_nothing(self, make, new_ids, rows):
        index = make(D)
        index.put(ids(1), unit_rows(1, 8))
        with pytest.raises(ValueError):
            index.put(new_ids, rows)
        assert index.ids().tolist() == [1]
        assert index.search(unit_rows(1, 8), 1).scores[0, 0] == pytest.approx(1, abs=ROUNDING)

    def test_wrong_question_is_refused(self, make):
        with pytest.raises(ValueError):
            make(D).search(np.zeros((1, D + 1), np.float32), 1)
        with pytest.raises(ValueError):
            make(D).search(unit_rows(1, 9), 0)


batches = st.lists(st.integers(0, 30), unique=True, max_size=12)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), batches, st.integers(0, 1000)),
        st.tuples(st.just("remove"), batches, st.just(0)),
        st.tuples(st.just("search"), st.none() | batches, st.integers(0, 1000)),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_faiss_answers_as_brute_force_does_whatever_came_before(history):
    index, oracle = FaissIndex(D), BruteForceIndex(D)
    for action, batch, seed in history:
        if action == "put":
            index.put(ids(*batch), unit_rows(len(batch), seed))
            oracle.put(ids(*batch), unit_rows(len(batch), seed))
        elif action == "remove":
            assert index.remove(ids(*batch)) == oracle.remove(ids(*batch))
        else:
            allowed = None if batch is None else ids(*batch)
            ours, right = (each.search(unit_rows(2, seed), 40, allowed) for each in (index, oracle))
            assert [set(row) for row in ours.ids.tolist()] == [set(row) for row in right.ids.tolist()]
            known = right.ids >= 0
            assert ours.scores[known] == pytest.approx(right.scores[known], abs=ROUNDING)
            assert (np.diff(np.where(known, ours.scores, -2), axis=1) <= 0).all()
        assert len(index) == len(oracle)
        assert index.ids().tolist() == oracle.ids().tolist()

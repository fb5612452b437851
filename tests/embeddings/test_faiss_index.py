"""What is FAISS's own: rounding, and readers beside a writer."""

from threading import Event, Thread

import numpy as np

from embeddings import FaissIndex

D = 16


def _axis(at: int) -> np.ndarray:
    row = np.zeros((1, D), np.float32)
    row[0, at] = 1
    return row


def test_a_perfect_match_scores_at_most_one():
    rows = np.random.default_rng(0).standard_normal((500, D)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = FaissIndex(D)
    index.put(np.arange(500), rows)
    best = index.search(rows, 1).scores
    assert best.max() <= 1
    assert best.min() > 0.999


def test_ranking_over_rounded_vectors_is_that_of_the_exact_ones_in_99_of_100_top_tens():
    rng = np.random.default_rng(1)
    rows = rng.standard_normal((3000, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = FaissIndex(384)
    index.put(np.arange(3000), rows)
    queries = rows[:100] + rng.standard_normal((100, 384)).astype(np.float32) * 0.05
    exact = np.argsort(-(queries @ rows.T), axis=1)[:, :10]
    found = index.search(queries, 10).ids
    assert np.mean([len(set(a) & set(b)) / 10 for a, b in zip(exact.tolist(), found.tolist(), strict=True)]) >= 0.99


def test_a_reader_never_sees_half_a_replacement():
    """The writer turns all cards from one axis to the other; a reader must find all on the same side."""
    index, count = FaissIndex(D), 2000
    many = np.arange(count)
    sides = [np.repeat(_axis(side), count, axis=0) for side in (0, 1)]
    index.put(many, sides[0])
    stop, torn, looks = Event(), [], []

    def read() -> None:
        query = (_axis(0) + 2 * _axis(1)) / np.sqrt(5, dtype=np.float32)
        while not stop.is_set():
            hits = index.search(query, count)
            looks.append(1)
            if len(index) != count or hits.ids.min() < 0 or hits.scores.min() != hits.scores.max():
                torn.append(hits)

    readers = [Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(1, 25):
        index.put(many, sides[turn % 2])
    stop.set()
    for reader in readers:
        reader.join()
    assert looks
    assert not torn


def test_writers_beside_each_other_lose_nothing():
    index = FaissIndex(D)

    def write(start: int) -> None:
        for at in range(start, start + 50):
            index.put(np.array([at]), _axis(at % D))
            if at % 2:
                index.remove(np.array([at]))

    writers = [Thread(target=write, args=(start,)) for start in (0, 50, 100, 150)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert index.ids().tolist() == list(range(0, 200, 2))

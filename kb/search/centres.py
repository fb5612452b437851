"""The middle of each card's questions: what all its wordings have in common. Pure.

One lucky wording brings a card near a question it does not answer; the middle of twenty wordings does not.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from embeddings.ports import Ids, Vectors


class Centres:
    """Unit vectors by revision id; replaced as a whole on change, so that readers never wait."""

    def __init__(self, dimension: int) -> None:
        self._state: tuple[Ids, Vectors] = (np.empty(0, np.int64), np.empty((0, dimension), np.float32))

    def exchange(self, fresh: Mapping[int, Vectors], gone: Iterable[int]) -> None:
        """Takes out `gone` and puts in the middle of each card's question vectors, float32 (n, d), n ≥ 1."""
        ids, matrix = self._state
        leaving = np.fromiter({*gone, *fresh}, dtype=np.int64)
        stays = ~np.isin(ids, leaving)
        middles = np.array([_middle(vectors) for vectors in fresh.values()], dtype=np.float32)
        ids = np.concatenate([ids[stays], np.fromiter(fresh, dtype=np.int64)])
        matrix = np.concatenate([matrix[stays], middles.reshape(-1, matrix.shape[1])])
        order = np.argsort(ids)
        self._state = ids[order], matrix[order]

    def cosines(self, vector: Vectors, revision_ids: Ids) -> Vectors:
        """Of a unit vector, float32 (d,), and each of these cards, float32 (n,); −1 for unknown ones."""
        ids, matrix = self._state
        if not len(ids):
            return np.full(len(revision_ids), -1, np.float32)
        places = np.minimum(np.searchsorted(ids, revision_ids), len(ids) - 1)
        found: Vectors = np.where(ids[places] == revision_ids, matrix[places] @ vector, np.float32(-1))
        return found


def _middle(vectors: Vectors) -> Vectors:
    middle = vectors.mean(axis=0)
    unit: Vectors = middle / max(float(np.linalg.norm(middle)), 1e-9)
    return unit

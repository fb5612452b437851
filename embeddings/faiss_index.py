"""The FAISS vector index: exact search over vectors rounded to half precision."""

from typing import Any

import numpy as np

from embeddings.ports import Hits, Ids, Vectors
from embeddings.sharing import ReadWriteLock


class FaissIndex:
    """Every stored vector is compared with the query: exact over vectors rounded to 16-bit floats.

    Rounding moves a cosine by less than 0.001, so only near ties can swap. Good to about 200,000 vectors (8 ms a
    query); searches run outside Python's global lock, several at a time; a change is seen whole or not at all.

    Args:
        dimension: length d of every vector, ≥ 1.
    """

    def __init__(self, dimension: int) -> None:
        import faiss

        codes = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        self._index: Any = faiss.IndexIDMap2(codes)
        self._lock = ReadWriteLock()
        self.dimension = dimension

    def __len__(self) -> int:
        with self._lock.reading():
            return int(self._index.ntotal)

    def ids(self) -> Ids:
        """Every stored id, int64 (n,), ascending."""
        with self._lock.reading():
            return np.sort(self._stored_ids())

    def put(self, ids: Ids, vectors: Vectors) -> None:
        """Adds vectors, float32 (n, d) unit rows, under ids, int64 (n,); a known id is replaced. All or nothing.

        Raises:
            ValueError: shapes differ from that, an id is negative or twice in the call, or a value is not finite.
        """
        new_ids = np.ascontiguousarray(ids, np.int64)
        new_vectors = np.ascontiguousarray(vectors, np.float32)
        self._check(new_ids, new_vectors)
        if not len(new_ids):
            return
        with self._lock.writing():
            self._take_out(new_ids)
            self._index.add_with_ids(new_vectors, new_ids)

    def remove(self, ids: Ids) -> int:
        """Takes ids out and returns how many there were; unknown ids are ignored."""
        gone = np.ascontiguousarray(ids, np.int64)
        with self._lock.writing():
            return self._take_out(gone)

    def search(self, queries: Vectors, top_k: int, allowed: Ids | None = None) -> Hits:
        """The `top_k` nearest to each query, float32 (m, d); with `allowed` only among those ids.

        Raises:
            ValueError: a query has another length than d, or `top_k` is below 1.
        """
        import faiss

        asked = np.ascontiguousarray(queries, np.float32)
        if asked.ndim != 2 or asked.shape[1] != self.dimension:
            raise ValueError(f"queries must be (m, {self.dimension}), not {asked.shape}")
        if top_k < 1:
            raise ValueError(f"top_k must be at least 1, not {top_k}")
        # Callers already share the processors. A second thread here waits its turn on a busy machine: 16 ms, not 1.4.
        faiss.omp_set_num_threads(1)  # of the calling thread alone
        with self._lock.reading():
            scores, found = self._index.search(asked, top_k, params=self._only(allowed))
        # Rounded vectors are not quite unit: keep a perfect match from scoring 1.00001.
        return Hits(found, np.where(found < 0, np.float32(-np.inf), scores.clip(-1, 1)))

    def vectors(self, ids: Ids) -> Vectors:
        """What is stored under these ids, float32 (n, d), rounded to half precision.

        Raises:
            KeyError: an id is not stored.
        """
        wanted = np.ascontiguousarray(ids, np.int64)
        with self._lock.reading():
            unknown = np.setdiff1d(wanted, self._stored_ids())
            if len(unknown):
                raise KeyError(f"no vector under {unknown.tolist()[:5]}")
            stored: Vectors = self._index.reconstruct_batch(wanted)
        return stored

    def serialized(self) -> tuple[int, bytes]:
        """How many vectors there are, and everything in FAISS's own format, both of one moment."""
        import faiss

        with self._lock.reading():
            return int(self._index.ntotal), faiss.serialize_index(self._index).tobytes()

    @classmethod
    def from_serialized(cls, contents: bytes, dimension: int) -> "FaissIndex":
        """An index from what `serialized` gave. FAISS trusts these bytes: check a seal over them first."""
        import faiss

        index = cls(dimension)
        index._index = faiss.deserialize_index(np.frombuffer(contents, np.uint8))
        return index

    def _stored_ids(self) -> Ids:
        import faiss

        ids: Ids = faiss.vector_to_array(self._index.id_map)
        return ids

    def _take_out(self, ids: Ids) -> int:
        import faiss

        # Removing walks over every stored vector, so a put of new ids alone must not come here.
        known = ids[np.isin(ids, self._stored_ids())]
        return int(self._index.remove_ids(faiss.IDSelectorBatch(known))) if len(known) else 0

    def _only(self, allowed: Ids | None) -> Any:
        import faiss

        if allowed is None:
            return None
        selector = faiss.IDSelectorBatch(np.ascontiguousarray(allowed, np.int64))
        return faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]  # SWIG adds the keyword at run time

    def _check(self, ids: Ids, vectors: Vectors) -> None:
        if ids.ndim != 1 or vectors.shape != (len(ids), self.dimension):
            raise ValueError(f"need ids (n,) and vectors (n, {self.dimension}), not {ids.shape} and {vectors.shape}")
        if len(ids) and (ids.min() < 0 or len(np.unique(ids)) != len(ids)):
            raise ValueError("ids must be 0 or more, each once")
        if not np.isfinite(vectors).all():
            raise ValueError("vectors hold values that are not finite")

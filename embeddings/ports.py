"""The two ports of this package: text → unit vectors, vectors → nearest ids. Pure."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
Progress = Callable[[int], None]
"""Called with the number of texts newly done."""


class Encoder(Protocol):
    """Turns texts into comparable vectors."""

    @property
    def model_id(self) -> str:
        """Names weights and engine; vectors of different ids are never mixed."""

    @property
    def dimension(self) -> int:
        """Length d of every vector."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """What people ask: float32 (n, d), unit rows, in the order given."""

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """What is stored (here: questions of cards): float32 (n, d), unit rows, in the order given."""


class Hits(NamedTuple):
    """Nearest ids per query, best first; missing results are id −1, score −inf."""

    ids: Ids
    """int64 (m, k)."""
    scores: Vectors
    """float32 (m, k), cosine −1…1, higher is nearer."""


class VectorIndex(Protocol):
    """Finds the nearest stored vectors by cosine; reading goes on while others write."""

    @property
    def dimension(self) -> int:
        """Length d of every vector."""

    def __len__(self) -> int: ...

    def ids(self) -> Ids:
        """Every stored id, int64 (n,), ascending."""

    def put(self, ids: Ids, vectors: Vectors) -> None:
        """Adds vectors, float32 (n, d) unit rows, under ids, int64 (n,); a known id is replaced. All or nothing."""

    def remove(self, ids: Ids) -> int:
        """Takes ids out and returns how many there were; unknown ids are ignored."""

    def search(self, queries: Vectors, top_k: int, allowed: Ids | None = None) -> Hits:
        """The `top_k` nearest to each query, float32 (m, d); with `allowed` only among those ids."""

    def vectors(self, ids: Ids) -> Vectors:
        """What is stored under these ids, float32 (n, d), as near to what was put as the index keeps it.

        Raises:
            KeyError: an id is not stored.
        """

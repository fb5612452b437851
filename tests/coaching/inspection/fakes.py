"""Doubles that the tests of inspection share."""

import zlib
from collections.abc import Sequence

import numpy as np

from coaching.inspection.ports import KnownCard, Sought
from embeddings.ports import Progress, Vectors


class FakeEncoder:
    """One fixed unit vector a text; remembers what it was asked to encode."""

    model_id = "fake"
    dimension = 8

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(list(texts))
        rows = np.stack([np.random.default_rng(zlib.crc32(text.encode())).normal(size=8) for text in texts])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        if progress is not None:
            progress(len(texts))
        return self.encode_queries(texts)


class FakeKnowledge:
    """Finds the same cards for every question; remembers what was looked up."""

    def __init__(self, *cards: KnownCard) -> None:
        self._cards = cards
        self.sought: list[Sought] = []

    def cards_for(self, sought: Sequence[Sought]) -> Sequence[tuple[KnownCard, ...]]:
        self.sought += sought
        return [self._cards] * len(sought)

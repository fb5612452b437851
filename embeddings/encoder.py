"""The one `Encoder`: a sentence-transformers model, the bundled one or any other."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.ports import Progress, Vectors
from embeddings.text_limits import readable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

CHUNK = 256
"""Texts between two reports of progress."""


class SentenceTransformerEncoder:
    """Wraps a `SentenceTransformer`; safe to call from several threads.

    Args:
        model: the model, ready to encode.
        model_id: names weights and engine.
    """

    def __init__(self, model: "SentenceTransformer", model_id: str) -> None:
        self._model = model
        self.model_id = model_id
        self.dimension = int(model.get_embedding_dimension() or 0)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """What people ask: float32 (n, d), unit rows, in the order given."""
        return self._in_chunks(self._model.encode_query, texts, None)

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """What is stored: float32 (n, d), unit rows, in the order given; `progress` hears of every `CHUNK` texts."""
        return self._in_chunks(self._model.encode_document, texts, progress)

    def _in_chunks(self, encode: Callable[..., Any], texts: Sequence[str], progress: Progress | None) -> Vectors:
        """Encodes texts of like length together (padding costs as much as text), longest first."""
        vectors: Vectors = np.empty((len(texts), self.dimension), np.float32)
        cleaned = [readable(text) for text in texts]
        order = sorted(range(len(cleaned)), key=lambda at: -len(cleaned[at]))
        for start in range(0, len(order), CHUNK):
            places = order[start : start + CHUNK]
            chunk = [cleaned[at] for at in places]
            vectors[places] = encode(chunk, normalize_embeddings=True, show_progress_bar=False)
            if progress is not None:
                progress(len(places))
        return vectors

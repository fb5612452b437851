"""The one `Encoder`: a sentence-transformers model, the bundled one or any other."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.ports import Progress, Vectors
from embeddings.text_limits import readable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

CHUNK = 256
"""Texts between two reports of progress; within a chunk sentence-transformers puts texts of like length together."""


class SentenceTransformerEncoder:
    """Wraps a `SentenceTransformer`; safe to call from several threads.

    Args:
        model: the model, ready to encode.
        model_id: names weights and engine.
        batch_size: texts handed to the model's modules at once.
    """

    def __init__(self, model: "SentenceTransformer", model_id: str, batch_size: int = 32) -> None:
        self._model = model
        self._batch_size = batch_size
        self.model_id = model_id
        self.dimension = int(model.get_embedding_dimension() or 0)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """What people ask: float32 (n, d), unit rows, in the order given."""
        return self._in_chunks(self._model.encode_query, texts, None)

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """What is stored: float32 (n, d), unit rows, in the order given; `progress` hears of every `CHUNK` texts."""
        return self._in_chunks(self._model.encode_document, texts, progress)

    def _in_chunks(self, encode: Callable[..., Any], texts: Sequence[str], progress: Progress | None) -> Vectors:
        vectors: Vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), CHUNK):
            chunk = [readable(text) for text in texts[start : start + CHUNK]]
            vectors[start : start + CHUNK] = encode(
                chunk, batch_size=self._batch_size, normalize_embeddings=True, show_progress_bar=False
            )
            if progress is not None:
                progress(len(chunk))
        return vectors

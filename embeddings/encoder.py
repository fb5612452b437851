"""The one `Encoder`: a sentence-transformers model, the bundled one or any other."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.ports import Progress, Vectors
from embeddings.text_limits import readable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

CHUNK = 256
"""Texts between two reports of progress; within a chunk sentence-transformers puts texts of like length together."""


class SentenceTransformerEncoder:
    """A `SentenceTransformer`, built when it is first needed; safe to call from several threads.

    Importing sentence-transformers takes longer than everything else a start does. Where the model is nothing but a
    wrapping around something that is loaded already, whoever only asks need not wait for the wrapping.

    Args:
        build: makes the model; called once, unless it raises.
        model_id: names weights and engine.
        dimension: length d of every vector.
        batch_size: texts handed to the model's modules at once.
        unwrapped: computes what the model's `encode_query` would (texts → float32 (n, d), unit rows); answers queries
            until the model is built. None: the first query builds the model.
    """

    def __init__(
        self,
        build: "Callable[[], SentenceTransformer]",
        model_id: str,
        dimension: int,
        batch_size: int = 32,
        unwrapped: Callable[[Sequence[str]], Vectors] | None = None,
    ) -> None:
        self._build = build
        self._built: SentenceTransformer | None = None
        self._building = Lock()
        self._batch_size = batch_size
        self._unwrapped = unwrapped
        self.model_id = model_id
        self.dimension = dimension

    @property
    def model(self) -> "SentenceTransformer":
        """The model itself; whoever asks first waits until it is built."""
        if self._built is None:
            with self._building:
                if self._built is None:
                    self._built = self._build()
        return self._built

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """What people ask: float32 (n, d), unit rows, in the order given."""
        if self._unwrapped is not None and self._built is None:
            return self._in_chunks(self._unwrapped, texts, None)
        return self._in_chunks(self._whole(self.model.encode_query), texts, None)

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """What is stored: float32 (n, d), unit rows, in the order given; `progress` hears of every `CHUNK` texts."""
        return self._in_chunks(self._whole(self.model.encode_document), texts, progress)

    def _whole(self, encode: Callable[..., Any]) -> Callable[[Sequence[str]], Vectors]:
        return lambda texts: encode(
            texts, batch_size=self._batch_size, normalize_embeddings=True, show_progress_bar=False
        )

    def _in_chunks(
        self, encode: Callable[[Sequence[str]], Vectors], texts: Sequence[str], progress: Progress | None
    ) -> Vectors:
        vectors: Vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), CHUNK):
            chunk = [readable(text) for text in texts[start : start + CHUNK]]
            vectors[start : start + CHUNK] = encode(chunk)
            if progress is not None:
                progress(len(chunk))
        return vectors

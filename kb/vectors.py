"""Vectors of texts, each embedded once per model and then remembered."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from embeddings.ports import Encoder, Progress, Vectors

_CHUNK = 512
"""Texts embedded between two writes to the cache: what a killed import loses at most."""


class VectorCache(Protocol):
    """Remembers vectors by (model, text hash); what is put survives a crash at once."""

    def get(self, model_id: str, hashes: Sequence[str]) -> Mapping[str, Vectors]:
        """The known ones among `hashes`, each float32 (d,), unit length."""

    def put(self, model_id: str, vectors: Mapping[str, Vectors]) -> None:
        """Keeps vectors, each float32 (d,); ones already known are left as they are."""


def text_hash(folded: str) -> str:
    """128-bit hex digest of a folded text."""
    return hashlib.blake2b(folded.encode(), digest_size=16).hexdigest()


def embed_documents(
    encoder: Encoder, cache: VectorCache, folded: Sequence[str], progress: Progress | None = None
) -> Vectors:
    """Vectors of folded texts, float32 (n, d), unit rows; only unknown texts reach the encoder.

    `progress` counts texts, cached ones included.
    """
    hashes = [text_hash(text) for text in folded]
    known = dict(cache.get(encoder.model_id, list(dict.fromkeys(hashes))))
    missing = {key: text for key, text in zip(hashes, folded, strict=True) if key not in known}
    if progress is not None:
        progress(len(folded) - len(missing))
    # Longest first: batches of like length waste no padding, and the estimate of time left errs high.
    order = sorted(missing, key=lambda key: len(missing[key]), reverse=True)
    for start in range(0, len(order), _CHUNK):
        keys = order[start : start + _CHUNK]
        rows = encoder.encode_documents([missing[key] for key in keys])
        fresh = dict(zip(keys, rows, strict=True))
        cache.put(encoder.model_id, fresh)
        known.update(fresh)
        if progress is not None:
            progress(len(keys))
    if not hashes:
        return np.empty((0, encoder.dimension), dtype=np.float32)
    return np.stack([known[key] for key in hashes])

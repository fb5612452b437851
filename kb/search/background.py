"""What customers write that no shop's knowledge answers: other trades, small talk, questions nobody prepares for.

A question is compared with these examples beside the cards: where it comes as near to them as to a card, the card
only looks like an answer. The examples are our own (`background.txt`, one a line) and were written without sight of
any golden set; what they bring is in `docs/decisions/0003-ranking.md`.
"""

from functools import cache
from importlib.resources import files
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from embeddings.ports import Encoder, Vectors
from kb.text.folding import fold, has_content
from kb.vectors import VectorCache, embed_documents


class Likeness(NamedTuple):
    """How near a question is to the examples."""

    nearest: float
    """Cosine of the nearest example, −1…1."""
    centre: float
    """Cosine of the middle of them all, −1…1: how ordinary the question is as a sentence, since what people write
    to shops shares much whatever it is about."""


class Background:
    """The examples under one encoder."""

    def __init__(self, vectors: Vectors) -> None:
        """`vectors`: float32 (n, d), unit rows, n ≥ 1."""
        self._vectors = vectors
        centre = vectors.mean(axis=0)
        self._centre = centre / max(float(np.linalg.norm(centre)), 1e-9)

    @classmethod
    def of(cls, encoder: Encoder, known: VectorCache) -> "Background":
        """The bundled examples: made once per encoder, embedded once per database and model."""
        found = _made.get(encoder)
        if found is None:
            found = _made[encoder] = cls(embed_documents(encoder, known, background_texts()))
        return found

    def likeness(self, vector: Vectors) -> Likeness:
        """Of a question's float32 (d,) unit vector."""
        return Likeness(float((self._vectors @ vector).max()), float(self._centre @ vector))


_made: WeakKeyDictionary[Encoder, Background] = WeakKeyDictionary()


@cache
def background_texts() -> tuple[str, ...]:
    """The bundled examples, folded, each once."""
    lines = files(__package__).joinpath("background.txt").read_text(encoding="utf-8").splitlines()
    return tuple(dict.fromkeys(fold(line) for line in lines if has_content(line)))

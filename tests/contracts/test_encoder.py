"""What every `Encoder` keeps to: the bundled model on both engines, and a second model from a folder."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from embeddings import Encoder, load_encoder
from tests.embeddings.tiny_model import write_tiny_model

COMPANY = 0.997
"""Lowest cosine between a text's vectors in different company; ONNX Runtime scales activations per batch."""

QUESTIONS = ["我的快递到哪了", "什么时候发货", "怎么退款?", "尺码大小", "abc"]
ODD = ["", " ", "\0", "a\0b", "😂😂", "\ud800", "\x07\x1b", "<s></s>", "<script>alert(1)</script>", "' OR 1=1 --"]


@pytest.fixture(scope="module", params=["bundled", "nano", "folder"])
def any_encoder(request: pytest.FixtureRequest, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    folder = tmp_path_factory.mktemp("models")
    makers: dict[str, Callable[[], Encoder]] = {
        "bundled": lambda: encoder,
        "nano": lambda: load_encoder("", folder, engine="nano"),
        "folder": lambda: load_encoder(str(write_tiny_model(folder / "tiny")), folder),
    }
    return makers[request.param]()


class TestEncoder:
    def test_vectors_are_unit_rows_of_its_dimension(self, any_encoder: Encoder) -> None:
        for vectors in (any_encoder.encode_queries(QUESTIONS), any_encoder.encode_documents(QUESTIONS)):
            assert vectors.shape == (len(QUESTIONS), any_encoder.dimension)
            assert vectors.dtype == np.float32
            assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)

    def test_nothing_gives_no_rows(self, any_encoder: Encoder) -> None:
        assert any_encoder.encode_queries([]).shape == (0, any_encoder.dimension)
        assert any_encoder.encode_documents([]).shape == (0, any_encoder.dimension)

    def test_rows_come_in_the_order_of_the_texts(self, any_encoder: Encoder) -> None:
        texts = [question * times for times in (4, 1) for question in QUESTIONS]
        together = any_encoder.encode_documents(texts)
        alone = np.concatenate([any_encoder.encode_documents([text]) for text in texts])
        assert (together * alone).sum(axis=1).min() > COMPANY

    def test_different_questions_get_different_vectors(self, any_encoder: Encoder) -> None:
        vectors = any_encoder.encode_queries(QUESTIONS)
        assert np.triu(vectors @ vectors.T, 1).max() < COMPANY

    @pytest.mark.parametrize("text", ODD, ids=ascii)
    def test_odd_text_is_a_vector_too(self, any_encoder: Encoder, text: str) -> None:
        vectors = any_encoder.encode_queries([text, QUESTIONS[0]])
        assert np.isfinite(vectors).all()
        assert vectors[1] @ any_encoder.encode_queries([QUESTIONS[0]])[0] > COMPANY

    def test_text_after_a_nul_still_counts(self, any_encoder: Encoder) -> None:
        whole, cut = any_encoder.encode_queries(["退款\0尺码大小", "退款"])
        assert whole @ cut < COMPANY

    def test_a_long_text_is_read_from_its_start(self, any_encoder: Encoder) -> None:
        long, longer = any_encoder.encode_queries(["我的快递" * 2_000, "我的快递" * 25_000])
        assert long @ longer > COMPANY

    def test_progress_adds_up_to_all_texts(self, any_encoder: Encoder) -> None:
        steps: list[int] = []
        any_encoder.encode_documents(["发货"] * 300, steps.append)
        assert sum(steps) == 300
        assert len(steps) > 1

    def test_many_threads_get_what_one_gets(self, any_encoder: Encoder) -> None:
        right = any_encoder.encode_queries(QUESTIONS)
        with ThreadPoolExecutor(8) as pool:
            rows = list(pool.map(lambda at: any_encoder.encode_queries([QUESTIONS[at % 5]])[0], range(80)))
        assert min(float(row @ right[at % 5]) for at, row in enumerate(rows)) > COMPANY

    def test_it_has_a_name(self, any_encoder: Encoder) -> None:
        assert any_encoder.model_id

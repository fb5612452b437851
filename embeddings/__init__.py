"""Text → unit vectors → nearest ids. No database, settings or HTTP; importing it loads nothing heavy."""

from embeddings.encoder import SentenceTransformerEncoder
from embeddings.errors import EmbeddingError, ModelNotFoundError, SnapshotError
from embeddings.faiss_index import FaissIndex
from embeddings.loading import load_encoder
from embeddings.ports import Encoder, Hits, Ids, Progress, VectorIndex, Vectors
from embeddings.snapshot import SnapshotManifest, load_snapshot, save_snapshot

__all__ = [
    "EmbeddingError",
    "Encoder",
    "FaissIndex",
    "Hits",
    "Ids",
    "ModelNotFoundError",
    "Progress",
    "SentenceTransformerEncoder",
    "SnapshotError",
    "SnapshotManifest",
    "VectorIndex",
    "Vectors",
    "load_encoder",
    "load_snapshot",
    "save_snapshot",
]

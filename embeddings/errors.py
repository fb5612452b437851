"""The tree of errors that `embeddings/` raises."""


class EmbeddingError(Exception):
    """Anything that keeps texts from becoming vectors or vectors from being found."""


class ModelNotFoundError(EmbeddingError):
    """The named model is neither a folder on this machine nor a model that can be loaded."""


class SnapshotError(EmbeddingError):
    """A stored index is damaged, of another model, or could not be written."""

"""Keeps an index on disk between starts, so that a start need not read every vector from the database."""

from dataclasses import asdict, dataclass
from pathlib import Path

from embeddings.errors import SnapshotError
from embeddings.faiss_index import FaissIndex
from embeddings.sealed_file import BrokenSealError, read_sealed, write_sealed

FILE_NAME = "index.snapshot"
FORMAT = 1


@dataclass(frozen=True)
class SnapshotManifest:
    """What a snapshot holds; stands as JSON in the first line of its file, with a SHA-256 over everything.

    Attributes:
        model_id: the encoder whose vectors these are.
        dimension: length of every vector.
        count: how many vectors.
        change_seq: number of the last change the index had surely taken in, ≥ 0; later ones are to be applied (again).
    """

    model_id: str
    dimension: int
    count: int
    change_seq: int
    source: str = ""


def save_snapshot(
    index: FaissIndex, folder: Path, model_id: str, change_seq: int, source: str = ""
) -> SnapshotManifest:
    """Writes the index to `folder`, in place of what is there, and returns what was written.

    Raises:
        SnapshotError: it could not be written (disk full, no permission); an older snapshot is still whole.
    """
    count, contents = index.serialized()
    manifest = SnapshotManifest(model_id, index.dimension, count, change_seq, source)
    try:
        write_sealed(folder / FILE_NAME, {"format": FORMAT, **asdict(manifest)}, contents)
    except OSError as error:
        message = f"索引快照写入 {folder} 失败（{error}）。请检查磁盘空间和目录权限；原有快照未受影响。"
        raise SnapshotError(message) from error
    return manifest


def load_snapshot(folder: Path, model_id: str, dimension: int) -> tuple[FaissIndex, SnapshotManifest]:
    """The index that was saved in `folder`, and its manifest.

    Args:
        folder: as given to `save_snapshot`.
        model_id: the encoder in use; a snapshot of another is refused.
        dimension: the encoder's.

    Raises:
        SnapshotError: missing, damaged, or of another model, dimension or format: the caller rebuilds.
    """
    path = folder / FILE_NAME
    try:
        header, contents = read_sealed(path)
    except (OSError, BrokenSealError) as error:
        raise SnapshotError(f"索引快照 {path} 不可用（{error}），需要重建索引。") from error
    if header.pop("format", None) != FORMAT:
        raise SnapshotError(f"索引快照 {path} 是其他版本的格式，需要重建索引。")
    manifest = SnapshotManifest(**header)
    if (manifest.model_id, manifest.dimension) != (model_id, dimension):
        raise SnapshotError(f"索引快照属于模型 {manifest.model_id}，当前模型是 {model_id}，需要重建索引。")
    return FaissIndex.from_serialized(contents, dimension), manifest

"""The vector index kept on disk between starts, bound to the model and to the database it was made from."""

import hashlib
import logging
import re
import shutil
from pathlib import Path

from sqlmodel import Session, col, select

from embeddings import Encoder, FaissIndex, SnapshotError
from embeddings.snapshot import load_snapshot, save_snapshot
from kb.cards.tables import CardChange
from kb.search.catalogue import Catalogue

log = logging.getLogger(__name__)


class IndexStore:
    """Snapshots of one model's index, in a folder of its own.

    A snapshot is only trusted by the database whose change log holds the change it was taken at: a database
    put in place of another would otherwise find wrong vectors under known ids.
    """

    def __init__(self, data_dir: Path, encoder: Encoder) -> None:
        self._encoder = encoder
        self._kept_at = -1
        self._folder = data_dir / "index" / re.sub(r"[^\w.-]+", "_", encoder.model_id)

    def load(self, session: Session) -> FaissIndex:
        """The saved index, or an empty one where none can be trusted."""
        try:
            index, manifest = load_snapshot(self._folder, self._encoder.model_id, self._encoder.dimension)
        except SnapshotError as error:
            if self._folder.exists():
                log.warning("%s", error)
            return FaissIndex(self._encoder.dimension)
        if manifest.source != _source(session, manifest.change_seq):
            log.warning("index snapshot belongs to another database; the index is built again")
            return FaissIndex(self._encoder.dimension)
        self._kept_at = manifest.change_seq
        return index

    def save(self, session: Session, catalogue: Catalogue) -> None:
        """Writes the index where it has changed; a disk that is full or not writable is a warning, never an end."""
        # Read first: what the index takes in meanwhile is looked at again when the snapshot is loaded.
        seq = catalogue.change_seq
        if seq == self._kept_at or not isinstance(catalogue.index, FaissIndex):
            return
        try:
            manifest = save_snapshot(catalogue.index, self._folder, self._encoder.model_id, seq, _source(session, seq))
        except SnapshotError as error:
            log.warning("%s", error)
        else:
            self._kept_at = seq
            log.info("index snapshot of %d vectors saved", manifest.count)

    def drop(self) -> None:
        """Forgets the saved index."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _source(session: Session, change_seq: int) -> str:
    """What tells the database apart: the change at which a snapshot was taken, hashed; "" before the first."""
    statement = select(CardChange).where(col(CardChange.id) == change_seq)
    change = session.exec(statement).one_or_none()
    if change is None:
        return ""
    said = f"{change.id}:{change.card_id}:{change.changed_at.isoformat()}"
    return hashlib.sha256(said.encode()).hexdigest()

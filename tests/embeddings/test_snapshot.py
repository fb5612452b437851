"""A stored index is whole, of the right model, or refused."""

import json
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from embeddings import FaissIndex, SnapshotError, load_snapshot, save_snapshot
from embeddings.snapshot import FILE_NAME, SnapshotManifest

D = 8


def make_index(count: int = 20) -> FaissIndex:
    rows = np.random.default_rng(count).standard_normal((count, D)).astype(np.float32)
    index = FaissIndex(D)
    index.put(np.arange(count) * 3, rows / np.linalg.norm(rows, axis=1, keepdims=True))
    return index


def test_a_saved_index_answers_the_same_and_can_be_changed(tmp_path):
    index = make_index()
    written = save_snapshot(index, tmp_path / "index", "model/a", change_seq=41)
    loaded, manifest = load_snapshot(tmp_path / "index", "model/a", D)
    query = np.eye(D, dtype=np.float32)
    assert manifest == written == SnapshotManifest("model/a", D, 20, 41)
    assert loaded.search(query, 5).ids.tolist() == index.search(query, 5).ids.tolist()
    loaded.put(np.array([3, 100]), query[:2])
    assert loaded.remove(np.array([0])) == 1
    assert loaded.search(query[:2], 1).ids.tolist() == [[3], [100]]


def test_an_empty_index_can_be_saved(tmp_path):
    save_snapshot(FaissIndex(D), tmp_path, "model/a", 0)
    assert len(load_snapshot(tmp_path, "model/a", D)[0]) == 0


def test_the_manifest_can_be_read_by_people(tmp_path):
    save_snapshot(make_index(), tmp_path, "model/a", 7)
    line = (tmp_path / FILE_NAME).read_bytes().split(b"\n", 1)[0]
    fields = json.loads(line)
    assert fields["model_id"] == "model/a"
    assert fields["count"] == 20
    assert len(fields["sha256"]) == 64


def test_a_missing_snapshot_is_refused(tmp_path):
    with pytest.raises(SnapshotError, match="重建"):
        load_snapshot(tmp_path / "nowhere", "model/a", D)


def test_a_snapshot_of_another_model_or_dimension_is_refused(tmp_path):
    save_snapshot(make_index(), tmp_path, "model/a", 1)
    with pytest.raises(SnapshotError, match="model/a"):
        load_snapshot(tmp_path, "model/b", D)
    with pytest.raises(SnapshotError):
        load_snapshot(tmp_path, "model/a", D + 1)


@pytest.mark.parametrize("harm", ["cut", "flip", "manifest", "empty", "foreign"])
def test_a_damaged_snapshot_is_refused(tmp_path, harm):
    save_snapshot(make_index(), tmp_path, "model/a", 1)
    path = tmp_path / FILE_NAME
    whole = path.read_bytes()
    middle = len(whole) - 40
    path.write_bytes(
        {
            "cut": whole[:-1],
            "flip": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "manifest": whole.replace(b'"change_seq": 1', b'"change_seq": 9'),
            "empty": b"",
            "foreign": b"[1, 2]\n" + whole,
        }[harm]
    )
    with pytest.raises(SnapshotError):
        load_snapshot(tmp_path, "model/a", D)


def test_a_full_disk_is_reported_and_the_old_snapshot_stays(tmp_path):
    """A process that may write no file over 8 kB meets what a full disk gives: an error in the middle of writing."""
    save_snapshot(make_index(), tmp_path, "model/a", 1)
    before = (tmp_path / FILE_NAME).read_bytes()
    program = """
import resource, sys
from pathlib import Path
import numpy as np
from embeddings import FaissIndex, SnapshotError, save_snapshot
index = FaissIndex(8)
index.put(np.arange(5000), np.eye(8, dtype=np.float32)[np.arange(5000) % 8])
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
try:
    save_snapshot(index, Path(sys.argv[1]), "model/a", 2)
except SnapshotError as error:
    print(error)
"""
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONUTF8": "1"},
        cwd=Path(__file__).parents[2],
    )
    assert "磁盘空间" in told.stdout
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_a_folder_that_cannot_be_made_is_reported(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SnapshotError, match="权限"):
        save_snapshot(make_index(), tmp_path / "file" / "index", "model/a", 1)


def test_saving_while_others_write_gives_one_moment(tmp_path):
    index, stop = FaissIndex(D), Event()

    def write() -> None:
        at = 0
        while not stop.is_set():
            index.put(np.arange(at, at + 10), np.eye(D, dtype=np.float32)[np.arange(10) % D])
            at += 10

    writer = Thread(target=write)
    writer.start()
    for _ in range(10):
        manifest = save_snapshot(index, tmp_path, "model/a", 0)
        loaded, read = load_snapshot(tmp_path, "model/a", D)
        assert len(loaded) == manifest.count == read.count
        assert manifest.count % 10 == 0
    stop.set()
    writer.join()

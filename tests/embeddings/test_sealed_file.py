"""Files are whole or not there."""

import pytest

from embeddings.sealed_file import BrokenSealError, alone, read_sealed, write_sealed

CONTENTS = b"line\n\x00\xff more"


def test_what_was_written_is_read(tmp_path):
    path = tmp_path / "new" / "file"
    write_sealed(path, {"name": "话术", "n": 1}, CONTENTS)
    write_sealed(path, {"name": "话术", "n": 2}, CONTENTS)
    assert read_sealed(path) == ({"name": "话术", "n": 2}, CONTENTS)
    assert [each.name for each in path.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("at", range(0, 120, 7))
def test_any_changed_byte_is_noticed(tmp_path, at):
    path = tmp_path / "file"
    write_sealed(path, {"name": "a", "n": 1}, CONTENTS)
    whole = bytearray(path.read_bytes())
    whole[at % len(whole)] ^= 4
    path.write_bytes(whole)
    with pytest.raises(BrokenSealError):
        read_sealed(path)


@pytest.mark.parametrize("foreign", [b"", b"\n", b"null\n", b"[]\n", b"{}\n", b'{"sha256": 1}\n', b"\xff\xfe\n"])
def test_a_foreign_file_is_refused(tmp_path, foreign):
    path = tmp_path / "file"
    path.write_bytes(foreign)
    with pytest.raises(BrokenSealError):
        read_sealed(path)


def test_a_missing_file_is_told_apart(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_sealed(tmp_path / "file")


def test_only_one_is_alone_in_a_folder(tmp_path):
    from fcntl import LOCK_EX, LOCK_NB, flock

    with alone(tmp_path), (tmp_path / ".lock").open("w") as other, pytest.raises(BlockingIOError):
        flock(other, LOCK_EX | LOCK_NB)
    with alone(tmp_path):
        pass

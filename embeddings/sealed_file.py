"""Files that are whole or not there: a line of JSON saying what they hold, then the contents.

Written to a neighbour, forced to disk and renamed, so that a reader, a crash or a full disk never leaves half a file
under the real name. The header carries a SHA-256 over itself and the contents.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any

SEAL = "sha256"


class BrokenSealError(ValueError):
    """The file is not what was once written."""


def write_sealed(path: Path, header: Mapping[str, Any], contents: bytes) -> None:
    """Replaces the file at `path`; the folder is made when missing.

    Raises:
        OSError: it could not be written (disk full, no permission); what stood there still does.
    """
    fields = dict(header)
    line = json.dumps({**fields, SEAL: _seal(fields, contents)}, ensure_ascii=False)
    write_whole(path, line.encode() + b"\n", contents)


def write_whole(path: Path, *contents: bytes) -> None:
    """Replaces the file at `path` by `contents`, one after another; the folder is made when missing.

    Raises:
        OSError: as `write_sealed`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.writelines(contents)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)


def read_sealed(path: Path) -> tuple[dict[str, Any], bytes]:
    """Header and contents as they were written.

    Raises:
        BrokenSealError: damaged, cut short, or never such a file.
        OSError: there is no such file, or it cannot be read.
    """
    line, _, contents = path.read_bytes().partition(b"\n")
    try:
        fields = json.loads(line)
        seal = fields.pop(SEAL)
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise BrokenSealError(f"{path} has no readable header") from error
    if seal != _seal(fields, contents):
        raise BrokenSealError(f"{path} does not match its checksum")
    return fields, contents


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keeps other processes out of a block that works on `folder`, by a lock file there.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        flock(file, LOCK_EX)  # freed when the file closes, also when the process is killed
        yield


def _seal(fields: dict[str, Any], contents: bytes) -> str:
    digest = hashlib.sha256(json.dumps(fields, sort_keys=True).encode())
    digest.update(contents)
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    """Forces the new name itself to disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

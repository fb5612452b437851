"""Whatever the bytes, reading gives rows or one clear error, never a crash."""

from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.card_files import read_card_file
from kb.errors import CardFileError

STARTS = st.sampled_from(
    [
        b"",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"PK\x03\x04",
        "标准问,回复\n".encode(),
        b'{"standard_question":"',
        b"- ",
        b"- &a [",
    ]
)
PIECES = st.sampled_from(
    [b"\n", b"\r", b'"', b",", b"\t", b"\x00", b"[", b"]", b"{", b"}", b": ", b"- ", b"&a", b"*a", b"<<", b"!!", b"\\u",
     b"\\ud800", b"\\x", b"|", b">", b"'", b"\x85", b"? ", b"---\n", "问".encode(), "问".encode("gb18030"),
     b"standard_question", b"replies", b"1e999", b"NaN", b"\\"]
) | st.binary(max_size=3)  # fmt: skip


@pytest.mark.parametrize("suffix", ["yaml", "jsonl", "csv", "xlsx"])
@settings(max_examples=150, deadline=None)
@given(start=STARTS, pieces=st.lists(PIECES, max_size=25))
def test_any_bytes_give_rows_or_a_card_file_error(start: bytes, pieces: list[bytes], suffix: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"hostile.{suffix}"
        path.write_bytes(start + b"".join(pieces))
        try:
            rows = list(read_card_file(path, ZoneInfo("Asia/Shanghai")))
        except CardFileError:
            return
    assert all(row.entry or row.refusals or row.notes for row in rows)

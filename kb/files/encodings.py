"""Opening a text file whose encoding nobody wrote down: UTF-8, UTF-16 with its mark, or GB18030."""

import codecs
from pathlib import Path
from typing import TextIO

from kb.errors import UnreadableFileError

_CHUNK_BYTES = 1 << 20


def open_text(path: Path, file: str) -> TextIO:
    """The file, decoded, with its line ends untouched.

    Every byte is tried before the first character is given, so a wrong guess cannot half succeed.

    Raises:
        UnreadableFileError: in none of the encodings, or a spreadsheet with a text file's name.
    """
    with path.open("rb") as raw:
        start = raw.read(4)
    if start == b"PK\x03\x04":
        raise UnreadableFileError(f"{file}：其实是 Excel 文件，请把后缀改成 .xlsx 再导入")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        if _decodes(path, encoding):
            return path.open(encoding=encoding, newline="")
    raise UnreadableFileError(f"{file}：认不出文字编码，请另存为 UTF-8 再导入")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as raw:
        try:
            while chunk := raw.read(_CHUNK_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True

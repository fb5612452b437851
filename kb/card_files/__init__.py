"""Card files in and out: YAML, JSONL, CSV, XLSX; no database.

What a field may hold is decided in `kb/content.py`; here only how files spell it.
"""

from kb.card_files.files import read_card_file, write_card_file
from kb.card_files.reasons import reasons
from kb.card_files.rows import MAX_CARD_FILE_BYTES, ParsedRow
from kb.files.table import Refusal

__all__ = ["MAX_CARD_FILE_BYTES", "ParsedRow", "Refusal", "read_card_file", "reasons", "write_card_file"]

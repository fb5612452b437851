"""docs/conversation-files.md names every field and heading in both languages, and its examples are read as it says."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from coaching.conversations.columns import COLUMNS, Column
from coaching.conversations.content import MAX_MESSAGES, MAX_TEXT_CHARS, ROLE_WORDS
from coaching.conversations.files import (
    MAX_FILE_BYTES,
    MAX_UNPACKED_BYTES,
    SUFFIXES,
    ConversationFile,
    Reading,
)
from coaching.conversations.importing import MAX_TOLD, prepare
from coaching.conversations.spool import open_spool
from kb.vocabulary import PHASE_TERMS, PLATFORM_TERMS

DOC = (Path(__file__).parents[3] / "docs" / "conversation-files.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.field)
def test_every_field_stands_in_both_tables_with_its_heading(column: Column) -> None:
    mark = r"\*" if column.required else ""
    row = rf"^\| `{column.field}` \| {column.heading} \| ?{mark} ?\|"
    assert len(re.findall(row, DOC, re.MULTILINE)) == 2


def test_no_field_is_described_that_does_not_exist() -> None:
    assert set(re.findall(r"^\| `([a-z_]+)` \|", DOC, re.MULTILINE)) == {column.field for column in COLUMNS}


def test_words_and_limits_are_those_of_the_program() -> None:
    for word in (*PLATFORM_TERMS.values(), *PHASE_TERMS.values(), *set(ROLE_WORDS.values()), *SUFFIXES):
        assert word in DOC
    for limit in (f"{MAX_MESSAGES:,}", f"{MAX_TEXT_CHARS:,}", f"{MAX_TOLD:,}"):
        assert limit in DOC
    for size in (MAX_FILE_BYTES, MAX_UNPACKED_BYTES):
        assert f"{size // 1024**2} MB" in DOC


@pytest.mark.parametrize(("language", "suffix"), [("json", ".jsonl"), ("csv", ".csv")])
def test_the_examples_are_read_as_written(tmp_path: Path, language: str, suffix: str) -> None:
    example = re.search(rf"```{language}\n(.*?)```", DOC, re.DOTALL)
    assert example is not None
    path = tmp_path / f"example{suffix}"
    path.write_text(example[1], encoding="utf-8")
    with open_spool() as spool:
        file = ConversationFile(path, path.name)
        report = prepare([file], spool, Reading(), ZoneInfo("Asia/Shanghai"), lambda _name, _total: lambda _count: None)
        assert (report.refused, report.notes) == ([], [])
        [ready] = spool.ready()
    assert "2026-11-01T02:00:09+00:00" in ready

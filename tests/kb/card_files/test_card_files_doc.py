"""docs/card-files.md names every field and heading in both languages, and its examples are read as it says."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb.card_files import read_card_file
from kb.card_files.columns import COLUMNS, Column, terms_of

DOC = (Path(__file__).parents[3] / "docs" / "card-files.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.field)
def test_every_field_stands_in_both_tables_with_its_heading(column: Column) -> None:
    mark = r"\*" if column.required else ""
    row = rf"^\| `{column.field}` \| {column.heading} \| ?{mark} \|"
    assert len(re.findall(row, DOC, re.MULTILINE)) == 2


def test_no_field_is_described_that_does_not_exist() -> None:
    described = set(re.findall(r"^\| `([a-z_]+)` \|", DOC, re.MULTILINE))
    assert described == {column.field for column in COLUMNS}


@pytest.mark.parametrize("field", ["kind", "phase", "risk", "platforms"])
def test_every_word_of_a_closed_field_is_named(field: str) -> None:
    assert [term for term in terms_of(field) if DOC.count(term) < 2] == []


@pytest.mark.parametrize(("language", "suffix"), [("csv", "csv"), ("yaml", "yaml"), ("json", "jsonl")])
def test_the_examples_are_read_as_written(tmp_path: Path, language: str, suffix: str) -> None:
    example = re.search(rf"```{language}\n(.*?)```", DOC, re.DOTALL)
    assert example is not None
    path = tmp_path / f"example.{suffix}"
    path.write_text(example[1], encoding="utf-8")
    (row,) = read_card_file(path, ZoneInfo("Asia/Shanghai"))
    assert row.refusals == ()
    assert row.entry is not None
    assert row.entry.external_id == "faq-ship-when"
    assert row.entry.replies[-1].text == "现货 48 小时内发"

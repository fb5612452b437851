"""XLSX files: what Excel makes of dates, numbers and formulas, and files that mean harm."""

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from kb.card_files import ParsedRow, read_card_file
from kb.errors import CardFileError

ZONE = ZoneInfo("Asia/Shanghai")
HEADINGS = ["编号", "标准问", "回复", "生效时间", "失效时间"]


def workbook(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (HEADINGS, *rows):
        book.active.append(row)
    book.save(path)
    return path


def read(path: Path) -> list[ParsedRow]:
    return list(read_card_file(path, ZONE))


def patched(path: Path, part: str, old: str, new: str) -> Path:
    """The same archive with a text inside one part replaced: what openpyxl cannot write."""
    target = path.with_name(f"patched-{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        assert part in source.namelist()
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            copy.writestr(name, content)
    return target


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "知识.xlsx"


def test_whole_numbers_lose_their_point_and_dates_stay_dates(path: Path) -> None:
    (row,) = read(workbook(path, [48.0, 39.9, "答", date(2026, 11, 1), datetime(2026, 11, 11, 10)]))
    assert row.entry is not None
    assert (row.entry.external_id, row.entry.standard_question) == ("48", "39.9")
    assert row.entry.valid_from == date(2026, 11, 1)
    assert row.entry.valid_until == datetime(2026, 11, 11, 10, tzinfo=ZONE)


def test_a_long_number_whose_digits_excel_dropped_is_refused(path: Path) -> None:
    (row,) = read(workbook(path, [6901234567890123456, "问", "答"]))
    assert [(refusal.row, refusal.column) for refusal in row.refusals] == [(2, "编号")]
    assert "文本" in row.refusals[0].reason


def test_a_formula_never_calculated_is_refused_and_the_next_row_continues(path: Path) -> None:
    rows = read(workbook(path, ["a1", "=B3", "答"], ["a2", "问", "答"]))
    assert [(refusal.row, refusal.column) for refusal in rows[0].refusals] == [(2, "标准问")]
    assert "公式" in rows[0].refusals[0].reason
    assert rows[1].entry is not None


def test_a_calculated_formula_gives_its_value(path: Path) -> None:
    workbook(path, ["a1", '="多久"&"发货"', "答"])
    sheet = "xl/worksheets/sheet1.xml"
    formula = '<c r="B2"><f>"多久"&amp;"发货"</f><v /></c>'
    saved = patched(path, sheet, formula, formula.replace("<v />", "<v>多久发货</v>").replace('"B2"', '"B2" t="str"'))
    (row,) = read(saved)
    assert row.entry is not None
    assert row.entry.standard_question == "多久发货"


def test_a_formula_that_gives_an_empty_text_is_a_blank_cell(path: Path) -> None:
    workbook(path, ['=""', "问", "答"])
    (row,) = read(patched(path, "xl/worksheets/sheet1.xml", '<c r="A2">', '<c r="A2" t="str">'))
    assert row.entry is not None
    assert row.entry.external_id == ""


def test_an_error_value_is_refused(path: Path) -> None:
    (row,) = read(workbook(path, ["a1", "问", "#REF!"]))
    assert [(refusal.column, "#REF!" in refusal.reason) for refusal in row.refusals] == [("回复", True)]


def test_rows_are_numbered_as_the_sheet_shows_them(path: Path) -> None:
    rows = read(workbook(path, [], ["a1", "", "答"]))
    assert [refusal.row for row in rows for refusal in row.refusals] == [3]


def test_a_sheet_that_lies_about_its_size_is_read_whole(path: Path) -> None:
    workbook(path, ["a1", "问", "答"], ["a2", "问", "答"])
    rows = read(patched(path, "xl/worksheets/sheet1.xml", 'ref="A1:E3"', 'ref="A1:A1"'))
    assert [row.entry.external_id for row in rows if row.entry] == ["a1", "a2"]


def test_a_hidden_first_sheet_is_passed_over(path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("知识")
    shown.append(["标准问", "回复"])
    shown.append(["问", "答"])
    book.save(path)
    assert [row.entry.standard_question for row in read(path) if row.entry] == ["问"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(path: Path) -> None:
    workbook(path, ["a1", "问", "答"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * 4_000_000)
    with pytest.raises(CardFileError, match="解压后过大"):
        read(path)


def test_xml_entities_do_not_grow_without_end(path: Path) -> None:
    workbook(path, ["a1", "问", "答"])
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "{"a" * 100}">{levels}]>'
    sheet = "xl/worksheets/sheet1.xml"
    bomb = patched(patched(path, sheet, "<worksheet", f"{doctype}<worksheet"), sheet, "<t>问</t>", "<t>&e9;</t>")
    with pytest.raises(CardFileError, match="打不开"):
        read(bomb)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "不带密码"),
        (b"PK\x03\x04 broken", "已损坏"),
        (b"\xe6\xa0\x87\xe5\x87\x86\xe9\x97\xae", "已损坏"),
        (b"", "已损坏"),
    ],
    ids=["encrypted", "broken", "text", "empty"],
)
def test_what_is_no_workbook_says_what_to_do(path: Path, content: bytes, reason: str) -> None:
    path.write_bytes(content)
    with pytest.raises(CardFileError, match=reason):
        read(path)


def test_a_zip_of_something_else_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(CardFileError, match="已损坏"):
        read(path)


def test_an_upload_without_a_suffix_of_its_own_is_read(path: Path, tmp_path: Path) -> None:
    upload = workbook(path, ["a1", "问", "答"]).rename(tmp_path / "upload")
    assert [row.entry is not None for row in read_card_file(upload, ZONE, name="a.xlsx")] == [True]

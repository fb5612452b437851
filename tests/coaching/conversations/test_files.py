"""Conversation files of every kind, and those that are none."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from coaching.conversations.files import ConversationFile, Note, Reading, check_headings, read_file, table_headings
from coaching.conversations.spool import Unit, open_spool
from coaching.errors import ConversationFileError, HeadingsUnknownError
from kb.files.table import Refusal

_CSV = "会话编号,平台,店铺,客服,顾客,角色,内容,时间\nc1,京东,mian,linlin,小鹿,顾客,在吗,2026-11-01 10:00:00\n"
_GIVEN = {"platform": "jd", "shop": "mian"}
Make = Callable[..., ConversationFile]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def _make(content: str | bytes, name: str = "c.csv") -> ConversationFile:
        path = tmp_path / "upload.bin"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return ConversationFile(path, name)

    return _make


def _read(file: ConversationFile, **reading: object) -> tuple[list[Unit], list[Refusal], list[str]]:
    with open_spool() as spool:
        pieces = list(read_file(file, spool, Reading(**reading)))  # type: ignore[arg-type]
        refused = [one for one in pieces if isinstance(one, Refusal)]
        return list(spool.units()), refused, [one.text for one in pieces if isinstance(one, Note)]


def _sheet(*rows: list[object]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_usual_encoding(make: Make, encoding: str) -> None:
    [unit], refused, notes = _read(make(_CSV.encode(encoding)))
    assert (unit.is_table, refused, notes) == (True, [], [])
    assert "在吗" in unit.parts[0][1]
    assert unit.parts[0][0] == 2


def test_bytes_of_no_encoding_are_one_clear_error(make: Make) -> None:
    with pytest.raises(ConversationFileError, match="编码"):
        _read(make(_CSV.encode() + b"\xff\xff\xff"))
    with pytest.raises(ConversationFileError, match="编码"):
        _read(make(b'{"a": "\xff\xff\xff"}', "c.jsonl"))


@pytest.mark.parametrize(
    ("name", "content"),
    [("c.pdf", b"%PDF"), ("c.xls", b"\xd0\xcf\x11\xe0"), ("c.xlsx", b"not a zip"), ("c", b""), ("c.csv", b"")],
)
def test_what_is_no_conversation_file_is_one_clear_error(make: Make, name: str, content: bytes) -> None:
    with pytest.raises(ConversationFileError):
        _read(make(content, name))
    with pytest.raises(ConversationFileError):
        check_headings(make(content, name), Reading())


def test_zip_bomb_is_refused_before_it_is_unpacked(make: Make) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    with pytest.raises(ConversationFileError, match="解压后过大"):
        _read(make(stream.getvalue(), "c.xlsx"))


def test_missing_columns_are_named_with_those_that_are_there(make: Make) -> None:
    with pytest.raises(HeadingsUnknownError, match="内容") as raised:
        _read(make("会话编号,平台,店铺,角色,聊天记录\nc1,京东,mian,顾客,在吗\n"))
    assert raised.value.missing == ("text",)
    assert "聊天记录" in raised.value.headings


def test_platform_and_shop_may_be_given_for_the_whole_file(make: Make) -> None:
    file = make("会话编号,角色,内容\nc1,顾客,在吗\n")
    with pytest.raises(HeadingsUnknownError, match="统一指定"):
        _read(file)
    [unit], _, _ = _read(file, given=_GIVEN)
    assert '"shop": "mian"' in unit.parts[0][1]


def test_a_mapping_tells_what_foreign_headings_mean(make: Make) -> None:
    file = make("编码,身份,聊天记录\nc1,顾客,在吗\n")
    mapping = {"conversation_id": "编码", "role": "身份", "text": "聊天记录"}
    [unit], _, _ = _read(file, given=_GIVEN, mapping=mapping)
    assert '"text": "在吗"' in unit.parts[0][1]
    asked = []

    def recall(headings: list[str]) -> dict[str, str]:
        asked.append(headings)
        return mapping

    assert len(_read(file, given=_GIVEN, recall=recall)[0]) == 1
    assert asked == [["编码", "身份", "聊天记录"]] == [table_headings(file)]


def test_a_mapped_column_counts_before_one_that_is_called_so(make: Make) -> None:
    file = make("会话编号,角色,内容,原文\nc1,顾客,摘要,在吗\n")
    [unit], _, notes = _read(file, given=_GIVEN, mapping={"text": "原文"})
    assert '"text": "在吗"' in unit.parts[0][1]
    assert "内容" in notes[0]


def test_unknown_columns_are_noted_and_broken_rows_refused(make: Make) -> None:
    rows = 'c1,顾客,在吗,x\n,顾客,没有编号,x\nc1,顾客,多,x,多出来的\n1E+15,顾客,在,x\nc2,客服,"没有结束的引号,x\n'
    units, refused, notes = _read(make(f"会话编号,角色,内容,心情\n{rows}"), given=_GIVEN)
    assert [len(unit.parts) for unit in units] == [1]
    assert [one.row for one in refused] == [3, 4, 5, 6]
    assert "心情" in notes[0]


def test_rows_of_one_conversation_need_not_stand_together(make: Make) -> None:
    rows = "c1,顾客,一\nc2,顾客,二\nc1,客服,三\n"
    units, _, _ = _read(make(f"会话编号,角色,内容\n{rows}"), given=_GIVEN)
    assert [[row for row, _ in unit.parts] for unit in units] == [[2, 4], [3]]


def test_a_workbook_is_read_with_its_dates(make: Make) -> None:
    from datetime import datetime

    content = _sheet(
        ["会话编号", "平台", "店铺", "角色", "内容", "时间"],
        [123, "京东", "mian", "顾客", "在吗", datetime(2026, 11, 1, 10, 0, 5)],
        [1234567890123456789, "京东", "mian", "顾客", "在吗", None],
    )
    [unit], refused, _ = _read(make(content, "会话.XLSX"))
    assert '"conversation_id": "123"' in unit.parts[0][1]
    assert "2026-11-01 10:00:05" in unit.parts[0][1]
    assert [(one.row, one.column) for one in refused] == [(3, "会话编号")]


def test_a_line_that_is_too_long_to_be_held_is_refused_alone(make: Make) -> None:
    long = '{"messages": "' + "长" * (17 * 1024 * 1024) + '"}'
    units, refused, _ = _read(make(f'{{"a": 1}}\n{long}\n{{"b": 2}}', "c.jsonl"))
    assert [unit.parts[0][0] for unit in units] == [1, 3]
    assert [one.row for one in refused] == [2]

"""CSV files as people really make them."""

import codecs
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb.card_files import MAX_CARD_FILE_BYTES, ParsedRow, read_card_file
from kb.content import CardEntry
from kb.errors import CardFileError
from kb.vocabulary import Kind, Phase, Platform, Risk

ZONE = ZoneInfo("Asia/Shanghai")
HEADER = "编号,标准问,回复\n"


def read(path: Path, content: str | bytes) -> list[ParsedRow]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_card_file(path, ZONE))


def only(rows: list[ParsedRow]) -> CardEntry:
    (row,) = rows
    assert row.refusals == ()
    assert row.entry is not None
    return row.entry


@pytest.fixture
def csv_path(tmp_path: Path) -> Path:
    return tmp_path / "知识.csv"


@pytest.mark.parametrize(
    "content",
    [
        (HEADER + "a1,多久发货,48小时内").encode(),
        codecs.BOM_UTF8 + (HEADER + "a1,多久发货,48小时内").encode(),
        (HEADER + "a1,多久发货,48小时内").encode("gb18030"),
        (HEADER + "a1,多久发货,48小时内").replace(",", "\t").encode("utf-16"),
        (HEADER + "a1,多久发货,48小时内").replace(",", ";").encode(),
        "external_id,Standard Question,REPLIES\r\na1,多久发货,48小时内\r\n".encode(),
        "\n\n 编 号 ,\u3000标准问*,回复(必填)\n\na1,多久发货,48小时内\n,,\n".encode(),
    ],
    ids=["utf8", "bom", "gb18030", "utf16-tab", "semicolon", "english", "untidy"],
)
def test_encodings_delimiters_and_untidy_headings_are_understood(csv_path: Path, content: bytes) -> None:
    entry = only(read(csv_path, content))
    assert (entry.external_id, entry.standard_question, entry.replies[0].text) == ("a1", "多久发货", "48小时内")


def test_every_column_reads_its_chinese_words(csv_path: Path) -> None:
    entry = only(
        read(
            csv_path,
            "类型,标准问,回复,阶段,意图,平台,店铺,风险,生效时间,失效时间,核对日期\n"
            "规则,多久发货,48小时内,售前,发货时间,淘宝、JD,a|b,高,2026/11/1 9:30,2026年11月11日,20261101\n",
        )
    )
    assert (entry.kind, entry.phase, entry.risk, entry.intent) == (Kind.POLICY, Phase.PRESALE, Risk.HIGH, "发货时间")
    assert entry.platforms == (Platform.TAOBAO, Platform.JD)
    assert entry.shops == ("a", "b")
    assert entry.valid_from == datetime(2026, 11, 1, 9, 30, tzinfo=ZONE)
    assert (entry.valid_until, entry.checked_on) == (date(2026, 11, 11), date(2026, 11, 1))


def test_times_without_a_zone_take_the_readers_zone(csv_path: Path) -> None:
    csv_path.write_text("标准问,回复,生效时间\n问,答,2026-11-11 10:00\n")
    zone = ZoneInfo("America/New_York")
    (row,) = read_card_file(csv_path, zone)
    assert row.entry is not None
    assert row.entry.valid_from == datetime(2026, 11, 11, 10, tzinfo=zone)


def test_quoted_line_breaks_stay_and_rows_are_counted_as_a_spreadsheet_counts(csv_path: Path) -> None:
    rows = read(csv_path, HEADER + 'a1,问一,"第一行\n第二行"\n\na2,,答\n')
    assert rows[0].entry is not None
    assert rows[0].entry.replies[0].text == "第一行\n第二行"
    assert [(refusal.row, refusal.column) for refusal in rows[1].refusals] == [(4, "标准问")]


def test_a_bad_row_is_refused_with_all_its_reasons_and_the_good_ones_continue(csv_path: Path) -> None:
    rows = read(
        csv_path,
        "standard_question,replies,intent,facts,platform s,risk\n"
        f"问一,答,天气,没有等号,月球,中\n{'长' * 5000},答,,,,\n问三,答,,,,\n",
    )
    assert [row.row for row in rows if row.entry] == [4]
    told = [(refusal.file, refusal.row, refusal.column) for row in rows for refusal in row.refusals]
    name = csv_path.name
    assert sorted(told) == sorted(
        [(name, 2, column) for column in ("intent", "facts", "platform s", "risk")] + [(name, 3, "standard_question")]
    )
    reasons = {refusal.column: refusal.reason for refusal in rows[0].refusals + rows[1].refusals}
    assert "普通、高" in reasons["risk"]
    assert "谓词=值" in reasons["facts"]
    assert "500 字" in reasons["standard_question"]


def test_dates_the_wrong_way_round_are_refused_by_name(csv_path: Path) -> None:
    (row,) = read(csv_path, "标准问,回复,生效时间,失效时间\n问,答,2026-11-11,2026-11-01\n")
    assert [(refusal.column, refusal.reason) for refusal in row.refusals] == [
        ("失效时间", "失效时间早于生效时间，请对调或改正")
    ]


def test_a_missing_required_column_names_it_and_what_was_found(csv_path: Path) -> None:
    with pytest.raises(CardFileError, match=r"缺少“回复”.*标准问、答案"):
        read(csv_path, "标准问,答案\n问,答\n")


def test_a_column_that_stands_twice_is_refused(csv_path: Path) -> None:
    with pytest.raises(CardFileError, match="两列都是“标准问”"):
        read(csv_path, "标准问,standard_question,回复\n问,问,答\n")


def test_an_unknown_column_is_passed_over_and_told(csv_path: Path) -> None:
    notes, row = read(csv_path, "标准问,回复,备注\n问,答,随便\n")
    assert (notes.row, notes.entry, notes.refusals) == (1, None, ())
    assert "备注" in notes.notes[0]
    assert row.entry is not None


def test_a_row_longer_than_the_headings_is_refused(csv_path: Path) -> None:
    (row,) = read(csv_path, HEADER + "a1,问,答,多出来的\n")
    assert "分隔符" in row.refusals[0].reason


def test_an_id_that_excel_shortened_is_refused_and_a_protected_one_is_taken(csv_path: Path) -> None:
    shortened, protected = read(csv_path, HEADER + "6.92E+12,问,答\n'6.92E+12,问,答\n")
    assert shortened.refusals[0].column == "编号"
    assert "科学计数法" in shortened.refusals[0].reason
    assert protected.entry is not None
    assert protected.entry.external_id == "6.92E+12"


def test_control_characters_and_nul_are_dropped(csv_path: Path) -> None:
    assert only(read(csv_path, HEADER + "a\x001,多\x07久,4\x008小时")).standard_question == "多久"


def test_sql_and_html_are_only_text(csv_path: Path) -> None:
    question = "'; DROP TABLE card;-- <script>alert(1)</script>"
    assert only(read(csv_path, f"标准问,回复\n{question},答\n")).standard_question == question


def test_after_an_unclosed_quote_the_good_rows_before_it_are_kept(csv_path: Path) -> None:
    good, broken = read(csv_path, HEADER + 'a1,问,答\na2,问二,"没有收尾\na3,问三,答三\n')
    assert good.entry is not None
    assert [(refusal.row, refusal.column) for refusal in broken.refusals] == [(3, "")]
    assert "第 3 到 4 行" in broken.refusals[0].reason


def test_text_behind_a_closing_quote_refuses_its_row_and_the_next_ones_continue(csv_path: Path) -> None:
    broken, good = read(csv_path, HEADER + 'a1,问,"答"多\na2,问二,"说"\n')
    assert "引号" in broken.refusals[0].reason
    assert good.entry is not None


def test_a_cell_without_end_is_refused_and_what_follows_is_read_again(csv_path: Path) -> None:
    rows = read(csv_path, HEADER + 'a2,问二,"没有收尾\n' + "a3,问三,答三\n" * 20_000)
    assert [row.row for row in rows if row.refusals] == [2]
    assert rows[-1].entry is not None


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "空的"),
        ("a.csv", b"\xff\xff\x80", "编码"),
        ("a.csv", b"PK\x03\x04...", "xlsx"),
        ("a.xls", b"", "另存为 .xlsx"),
        ("a.docx", b"", "可以用 .yaml"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(CardFileError, match=reason):
        read(tmp_path / name, content)


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CardFileError, match="打不开"):
        list(read_card_file(tmp_path / "没有.csv", ZONE))


def test_an_upload_is_read_by_the_name_the_person_gave_it(tmp_path: Path) -> None:
    path = tmp_path / "upload-123"
    path.write_text("标准问,回复\n,答\n")
    (row,) = read_card_file(path, ZONE, name="我的知识.csv")
    assert row.refusals[0].file == "我的知识.csv"


def test_the_upload_limit_is_ten_megabytes() -> None:
    assert MAX_CARD_FILE_BYTES == 10_485_760

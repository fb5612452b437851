"""What a person sees in an exported file, and that a failed export leaves nothing behind."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from kb.card_files import write_card_file
from kb.content import CardEntry, Fact, Reply
from kb.errors import CardFileError
from kb.vocabulary import Kind, Platform

CARD = CardEntry(
    external_id="faq-ship-when",
    kind=Kind.POLICY,
    standard_question="下单后多久能发货?",
    similar_questions=("啥时候发货", "今天能发吗"),
    replies=(Reply(text="亲,48 小时内发出😊\n马上安排", tone="亲切"), Reply(text="48 小时内发")),
    facts=(Fact(subject="现货", predicate="发货时限", value="48", unit="小时"),),
    platforms=(Platform.TAOBAO,),
    valid_until=date(2026, 11, 11),
)


def test_yaml_is_written_to_be_read(tmp_path: Path) -> None:
    path = tmp_path / "cards.yaml"
    assert write_card_file([CARD], path) == 1
    assert path.read_text(encoding="utf-8") == (
        """\
- external_id: faq-ship-when
  kind: policy
  standard_question: 下单后多久能发货?
  similar_questions:
  - 啥时候发货
  - 今天能发吗
  replies:
  - text: |-
      亲,48 小时内发出😊
      马上安排
    tone: 亲切
  - 48 小时内发
  facts:
  - subject: 现货
    predicate: 发货时限
    value: '48'
    unit: 小时
  platforms:
  - taobao
  valid_until: '2026-11-11'
"""
    )


def test_csv_opens_in_excel_with_chinese_headings_and_words(tmp_path: Path) -> None:
    path = tmp_path / "cards.csv"
    write_card_file([CARD.model_copy(update={"owner": "=HYPERLINK(1)"})], path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    heading, _, row = path.read_text(encoding="utf-8-sig").partition("\n")
    assert heading.startswith("编号,类型,标准问,相似问,反例问,回复,必答要点,要点事实,阶段,意图,标签,平台,店铺,商品")
    assert "规则" in row
    assert "淘宝" in row
    assert "现货·发货时限=48小时" in row
    assert ",'=HYPERLINK(1)," in row


def test_a_workbook_holds_only_text_never_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "cards.xlsx"
    nasty = CARD.model_copy(update={"standard_question": "=1+1", "owner": "#N/A", "external_id": "00123"})
    write_card_file([nasty], path)
    sheet = openpyxl.load_workbook(path)["知识卡"]
    filled = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert {cell.data_type for cell in filled} == {"s"}
    assert "'=1+1" in [cell.value for cell in filled]
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_card_too_long_for_a_table_is_told_and_nothing_is_cut(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"cards.{suffix}"
    long = CARD.model_copy(update={"replies": tuple(Reply(text=f"{i}" + "长" * 3_900) for i in range(40))})
    with pytest.raises(CardFileError, match=r"\.jsonl"):
        write_card_file([long], path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "yaml", "jsonl"])
def test_an_export_that_fails_half_way_leaves_the_old_file_as_it_was(tmp_path: Path, suffix: str) -> None:
    def failing() -> Iterator[CardEntry]:
        yield CARD
        raise RuntimeError("database gone")

    path = tmp_path / f"cards.{suffix}"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="database gone"):
        write_card_file(failing(), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CardFileError, match="不认识的格式"):
        write_card_file([CARD], tmp_path / "cards.pdf")

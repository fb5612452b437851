"""JSONL and YAML as people and programs write them."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kb.card_files import ParsedRow, read_card_file
from kb.content import Fact, KeyPoint, Reply
from kb.errors import CardFileError
from kb.vocabulary import Kind, Platform

ZONE = ZoneInfo("Asia/Shanghai")


def read(path: Path, content: str) -> list[ParsedRow]:
    path.write_text(content, encoding="utf-8")
    return list(read_card_file(path, ZONE))


@pytest.fixture
def jsonl(tmp_path: Path) -> Path:
    return tmp_path / "cards.jsonl"


@pytest.fixture
def yaml_path(tmp_path: Path) -> Path:
    return tmp_path / "cards.yaml"


def test_replies_and_key_points_may_be_plain_texts_or_objects(jsonl: Path) -> None:
    (row,) = read(
        jsonl,
        '{"standard_question": "问", "kind": "规则", "platforms": ["淘宝"], "phase": null,'
        ' "replies": ["答", {"text": "好", "tone": "亲切"}], "key_points": ["a", {"text": "b", "wordings": ["c"]}],'
        ' "facts": [{"predicate": "时限", "value": 48, "unit": "小时"}]}',
    )
    assert row.entry is not None
    assert row.entry.replies == (Reply(text="答"), Reply(text="好", tone="亲切"))
    assert row.entry.key_points == (KeyPoint(text="a"), KeyPoint(text="b", wordings=("c",)))
    assert row.entry.facts == (Fact(predicate="时限", value="48", unit="小时"),)
    assert (row.entry.kind, row.entry.platforms) == (Kind.POLICY, (Platform.TAOBAO,))


def test_bad_lines_are_refused_by_line_and_field_and_the_good_ones_continue(jsonl: Path) -> None:
    rows = read(
        jsonl,
        '{"standard_question": "问", "replies": ["答"], "answer": "x", "replys": 1}\n'
        "not json\n\n[]\n"
        '{"standard_question": "问", "replies": ["答"], "replies": []}\n'
        '{"standard_question": "问", "replies": "答", "tags": "发货"}\n'
        '{"standard_question": "问", "replies": [{"text": ""}]}\n'
        f'{{"standard_question": "问", "replies": {"[" * 5_000}\n'
        '{"standard_question": "问", "replies": ["答"]}\n',
    )
    told = [(refusal.row, refusal.column) for row in rows for refusal in row.refusals]
    assert told == [
        (1, "answer"), (1, "replys"), (2, ""), (4, ""), (5, ""), (6, "replies"), (6, "tags"), (7, "replies"), (8, ""),
    ]  # fmt: skip
    assert [row.row for row in rows if row.entry] == [9]
    assert rows[5].refusals[0].reason == "第 1 条的 text：不能为空，请填写"


def test_a_byte_order_mark_and_broken_unicode_do_no_harm(jsonl: Path) -> None:
    (row,) = read(jsonl, '\ufeff{"standard_question": "问\\ud800\\u0000", "replies": ["答"]}')
    assert row.entry is not None
    assert row.entry.standard_question == "问"


def test_yaml_scalars_stay_what_was_written(yaml_path: Path) -> None:
    rows = read(
        yaml_path,
        """
- external_id: 0012
  standard_question: yes
  replies:
    - {tone: 亲切, text: "答"}
    - no
  facts: [{predicate: 时限, value: 48, unit: 小时}, {predicate: 比例, value: 1.50}]
  valid_until: 2026-11-11
  source:
  owner: ~
- standard_question: 问二
  replies: []
""",
    )
    entry = rows[0].entry
    assert entry is not None
    assert (entry.external_id, entry.standard_question, entry.source, entry.owner) == ("0012", "yes", "", "")
    assert [reply.text for reply in entry.replies] == ["答", "no"]
    assert [fact.value for fact in entry.facts] == ["48", "1.50"]
    assert entry.valid_until == date(2026, 11, 11)
    assert [(refusal.row, refusal.column) for refusal in rows[1].refusals] == [(11, "replies")]


def test_a_yaml_field_written_twice_is_refused(yaml_path: Path) -> None:
    (row,) = read(yaml_path, "- standard_question: 问\n  replies: [答]\n  replies: [别的]\n")
    assert "replies" in row.refusals[0].reason


def test_yaml_references_are_refused_instead_of_growing(yaml_path: Path) -> None:
    rows = read(yaml_path, "- &a [x, x]\n- &b [*a, *a]\n- standard_question: 问\n  replies: [答]\n")
    assert [bool(row.entry) for row in rows] == [False, False, True]
    assert "引用" in rows[1].refusals[0].reason


def test_yaml_tags_build_nothing(yaml_path: Path) -> None:
    (row,) = read(yaml_path, "- standard_question: !!python/object/apply:os.system ['true']\n  replies: [答]\n")
    assert [refusal.column for refusal in row.refusals] == ["standard_question"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("standard_question: 问", "列表"),
        ("- a: b\n  c: : d: [\n", "第 . 行"),
        ("[" * 20_000, "YAML"),
        ("- a\n---\n- b\n", "YAML"),
    ],
    ids=["mapping", "syntax", "nested", "documents"],
)
def test_yaml_that_is_no_list_of_cards_says_what_to_do(yaml_path: Path, content: str, reason: str) -> None:
    with pytest.raises(CardFileError, match=reason):
        read(yaml_path, content)


@pytest.mark.parametrize("name", ["cards.jsonl", "cards.yaml", "cards.yml"])
def test_an_empty_file_holds_no_cards(tmp_path: Path, name: str) -> None:
    assert read(tmp_path / name, "\n") == []

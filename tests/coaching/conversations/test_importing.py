"""Files into the database, whole."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from coaching.conversations.files import ConversationFile, Reading
from coaching.conversations.importing import MAX_TOLD, ConversationReport, keep, prepare
from coaching.conversations.spool import open_spool
from coaching.conversations.storing import Keeper
from coaching.conversations.tables import Conversation, Message
from tests.conftest import NOW

_HEAD = "会话编号,平台,店铺,客服,角色,内容"
Import = Callable[..., ConversationReport]


@pytest.fixture
def take(session: Session, tmp_path: Path) -> Import:
    def _take(*contents: str, suffix: str = ".csv", counts: dict[str, int] | None = None) -> ConversationReport:
        files = []
        for place, content in enumerate(contents):
            path = tmp_path / f"{place}{suffix}"
            path.write_text(content, encoding="utf-8")
            files.append(ConversationFile(path, path.name))

        def stages(name: str, _total: int | None) -> Callable[[int], None]:
            def advance(count: int) -> None:
                if counts is not None:
                    counts[name] = counts.get(name, 0) + count

            return advance

        with open_spool() as spool:
            report = prepare(files, spool, Reading(), ZoneInfo("Asia/Shanghai"), stages)
            keep(spool, Keeper(session, NOW, None), report)
        session.commit()
        return report

    return _take


def _line(number: str, *texts: str, **fields: Any) -> str:
    messages = [{"role": "customer", "text": text} for text in texts]
    whole = {"conversation_id": number, "platform": "jd", "shop": "mian", "agent": "linlin", "messages": messages}
    return json.dumps({**whole, **fields}, ensure_ascii=False) + "\n"


def test_table_and_records_come_to_the_same(take: Import, session: Session) -> None:
    take(f"{_HEAD}\nc1,京东,mian,linlin,顾客,在吗\nc1,京东,mian,linlin,客服,在的\n")
    again = take(
        _line("c1", messages=[{"role": "customer", "text": "在吗"}, {"role": "agent", "text": "在的"}]), suffix=".jsonl"
    )
    assert (again.created, again.updated, again.unchanged, again.messages) == (0, 0, 1, 0)
    assert len(session.exec(select(Message.id)).all()) == 2


def test_bad_rows_never_stop_the_good_ones(take: Import) -> None:
    report = take(_line("c1", "在吗") + "{broken\n" + _line("c2") + _line("c3", "在吗"), suffix=".jsonl")
    assert (report.created, report.messages, report.refused_rows) == (2, 2, 2)
    assert [(one.file, one.row, one.column) for one in report.refused] == [
        ("0.jsonl", 2, ""),
        ("0.jsonl", 3, "messages"),
    ]


def test_a_corrected_row_goes_to_its_place_when_the_file_comes_again(take: Import, session: Session) -> None:
    rows = [f"c1,京东,mian,linlin,{role},{text}" for role, text in (("顾客", "一"), ("老板", "二"), ("客服", "三"))]
    assert take("\n".join([_HEAD, *rows])).refused_rows == 1
    mended = take("\n".join([_HEAD, *rows]).replace("老板", "客服"))
    assert (mended.updated, mended.messages, mended.refused_rows) == (1, 1, 0)
    assert list(session.exec(select(Message.text).order_by(Message.index))) == ["一", "二", "三"]  # type: ignore[arg-type]


def test_the_same_conversation_twice_in_one_import_is_stored_once(take: Import, session: Session) -> None:
    report = take(_line("c1", "一") + _line("c1", "一", "二"), _line("c1", "一", "二", "三"), suffix=".jsonl")
    assert (report.created, report.updated, report.messages) == (1, 2, 3)
    assert session.exec(select(Conversation.message_count)).one() == 3


def test_a_conversation_of_5000_messages_and_one_of_bots_only_are_taken(take: Import) -> None:
    long = _line("c1", *(f"第{number}句" for number in range(5_000)))
    bots = _line("c2", messages=[{"role": "bot", "text": "您好"}, {"role": "system", "text": "会话开始"}])
    report = take(long + bots, suffix=".jsonl")
    assert (report.created, report.messages) == (2, 5_002)
    assert take(long + bots, suffix=".jsonl").unchanged == 2


def test_progress_counts_rows_and_then_conversations(take: Import) -> None:
    counts: dict[str, int] = {}
    rows = "".join(f"c{number // 2},京东,mian,linlin,顾客,第{number}句\n" for number in range(1_234))
    take(f"{_HEAD}\n{rows}", counts=counts)
    assert counts == {"读取": 1_234, "检查并隐去个人信息": 617}


def test_new_codes_are_told(take: Import) -> None:
    report = take(_line("c1", "在吗", product="tee-01"), suffix=".jsonl")
    assert (report.created_shops, report.created_agents, report.created_products) == (["mian"], ["linlin"], ["tee-01"])
    assert take(_line("c2", "在吗", product="tee-01"), suffix=".jsonl").created_agents == []


def test_a_report_lists_a_thousand_refusals_and_counts_the_rest(take: Import) -> None:
    report = take("{\n" * (MAX_TOLD + 5), suffix=".jsonl")
    assert (len(report.refused), report.refused_rows) == (MAX_TOLD, MAX_TOLD + 5)


def test_what_looks_odd_is_noted_once(take: Import) -> None:
    back = [{"role": "customer", "text": "一", "sent_at": "2026-11-01 10:00"}, {"role": "agent", "text": "二", "sent_at": "2026-11-01 09:00"}]  # fmt: skip
    report = take(_line("c1", messages=back), suffix=".jsonl")
    assert (report.created, len(report.notes)) == (1, 1)
    assert "0.jsonl:1" in report.notes[0]

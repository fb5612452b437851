"""The sample conversations are as their README says, and come and go with the samples."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from app.samples.company import add_company, read_company
from app.samples.conversations import (
    AFTER_S,
    FOLDER,
    SampleConversation,
    SampleConversations,
    load_conversations,
    read_conversations,
)
from app.samples.loading import FOLDER as FAQ
from app.samples.removing import has_samples, remove_samples
from coaching.conversations.tables import Conversation, Message
from tests.conftest import NOW, Clock

CHINA = ZoneInfo("Asia/Shanghai")
ONE = """
- conversation_id: qj-0101
  shop: qinghe-jd
  agent: qinghe-02
  customer: 糖水铺子
  phase: presale
  days_ago: 3
  at: "23:59:50"
  messages:
    - {role: customer, after_s: 0, text: 在吗 我电话13955556666}
    - {role: agent, after_s: 20, text: 您好}
"""


@pytest.fixture(scope="module")
def conversations() -> list[SampleConversation]:
    return read_conversations()


def test_there_are_enough_and_no_number_twice(conversations: list[SampleConversation]) -> None:
    assert len(conversations) >= 240
    assert len({one.conversation_id for one in conversations}) == len(conversations)


def test_shops_agents_and_products_are_the_companys(conversations: list[SampleConversation]) -> None:
    company = read_company(FAQ)
    assert {one.shop for one in conversations} == {one.code for one in company.shops}
    assert {one.agent for one in conversations} == {one.code for one in company.agents}
    assert {one.product for one in conversations} - {None} <= {one.code for one in company.products}


def test_nobody_speaks_before_they_began(conversations: list[SampleConversation]) -> None:
    """A start date is a date of the calendar: what matters is that it lies before the day the samples were written for."""
    written_on = datetime(2026, 11, 22, tzinfo=CHINA).date()
    began = {agent.code: agent.started_on for agent in read_company(FAQ).agents}
    assert [
        one.conversation_id for one in conversations if written_on - timedelta(days=one.days_ago) < began[one.agent]
    ] == []


def test_each_file_holds_at_most_twenty_of_one_shop() -> None:
    files = sorted(FOLDER.glob("*.yaml"))
    for file in files:
        text = file.read_text("utf-8")
        assert 1 <= text.count("- conversation_id:") <= 20, file.name
        assert {line.split()[1] for line in text.splitlines() if line.startswith("  shop:")} == {
            file.stem.rpartition("-")[0]
        }
    assert len(files) > 12


def test_every_conversation_is_a_conversation(conversations: list[SampleConversation]) -> None:
    for one in conversations:
        roles = Counter(message.role for message in one.messages)
        assert roles["customer"], one.conversation_id
        assert 2 <= len(one.messages) <= 45, one.conversation_id
        assert all(len(message.text) <= 500 for message in one.messages), one.conversation_id
        begun_s = one.at.hour * 3_600 + one.at.minute * 60 + one.at.second
        assert begun_s + sum(message.after_s for message in one.messages) < one.days_ago * 86_400, one.conversation_id
        assert (one.paid is not None) == (one.phase == "presale"), one.conversation_id


def test_rated_and_long_and_short_ones_are_among_them(conversations: list[SampleConversation]) -> None:
    rated = sum(one.rating is not None for one in conversations) / len(conversations)
    assert 0.3 < rated < 0.7
    lengths = [len(one.messages) for one in conversations]
    assert min(lengths) <= 5
    assert max(lengths) >= 20
    assert {one.rating for one in conversations} >= {1, 2, 3, 4, 5}
    assert sum(bool(one.transferred) for one in conversations) >= 5


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "conversations"
    made.mkdir()
    (made / "qinghe-jd-1.yaml").write_text(ONE, encoding="utf-8")
    return made


@pytest.fixture
def company(session: Session) -> Callable[[datetime], None]:
    def _company(at: datetime) -> None:
        add_company(session, read_company(FAQ), at)
        session.commit()

    return _company


def test_they_are_dated_back_from_the_first_start_and_masked(
    session: Session, engine: Engine, company: Callable[[datetime], None], folder: Path
) -> None:
    company(datetime(2026, 11, 20, 17, 0, tzinfo=UTC))
    assert load_conversations(engine, NOW, folder) == 1
    [one] = session.exec(select(Conversation)).all()
    assert (one.platform, one.agent, one.is_demo) == ("jd", "qinghe-02", True)
    assert one.started_at == datetime(2026, 11, 18, 23, 59, 50, tzinfo=CHINA)
    asked, answered = session.exec(select(Message).order_by(col(Message.index))).all()
    assert asked.text == "在吗 我电话[手机号]"
    assert (answered.agent, answered.sent_at) == ("qinghe-02", datetime(2026, 11, 19, 0, 0, 10, tzinfo=CHINA))


def test_they_are_put_in_once_and_only_beside_the_sample_company(
    session: Session, engine: Engine, company: Callable[[datetime], None], folder: Path
) -> None:
    assert load_conversations(engine, NOW, folder) == 0
    company(NOW)
    assert load_conversations(engine, NOW, folder) == 1
    assert load_conversations(engine, NOW, folder) == 0


def test_they_go_with_the_samples_and_do_not_come_back(
    session: Session, engine: Engine, company: Callable[[datetime], None], folder: Path
) -> None:
    company(NOW)
    load_conversations(engine, NOW, folder)
    remove_samples(session, NOW)
    session.commit()
    assert not has_samples(session)
    assert session.exec(select(Message.id)).all() == []
    assert load_conversations(engine, NOW, folder) == 0


def test_they_come_after_the_first_page(
    session: Session, engine: Engine, company: Callable[[datetime], None], folder: Path, clock: Clock
) -> None:
    company(NOW)
    now_s = [0.0]
    samples = SampleConversations(engine, clock, folder, lambda: now_s[0])
    samples()
    assert session.exec(select(Conversation.id)).all() == []
    now_s[0] = AFTER_S
    samples()
    assert len(session.exec(select(Conversation.id)).all()) == 1


def test_a_fault_in_the_files_is_logged_and_loads_nothing(
    session: Session,
    engine: Engine,
    company: Callable[[datetime], None],
    folder: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    company(NOW)
    (folder / "qinghe-jd-2.yaml").write_text(ONE.replace("days_ago: 3", "days_ago: 99"), encoding="utf-8")
    now_s = [0.0]
    samples = SampleConversations(engine, lambda: NOW, folder, lambda: now_s[0])
    now_s[0] = AFTER_S
    samples()
    assert "none loaded" in caplog.text
    assert session.exec(select(Conversation.id)).all() == []

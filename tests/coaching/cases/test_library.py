"""The case library."""

from dataclasses import replace

import pytest
from sqlmodel import Session, col, delete, select

from coaching.cases.forgetting import forget_customer
from coaching.cases.library import (
    CaseContent,
    CaseFilter,
    archive_case,
    change_case,
    content_of_messages,
    get_case,
    keep_case,
    keep_finding,
    search_cases,
)
from coaching.cases.tables import CaseKind
from coaching.conversations.tables import Conversation, Message
from coaching.errors import CaseNotFoundError, FindingNotFoundError, OwnWorkError, WordsMissingError
from tests.coaching.reviewing.judged import agent, found, inspected, person

TRAINER = person("account:5", leads=False, trains=True)
GOOD = CaseContent(CaseKind.GOOD, "催发货", "今天 18 点前发出，单号会发给您。", tags=("发货", "安抚"), intent="催发货")


def _titles(session: Session, **wanted: object) -> list[str]:
    return [one.title for one in search_cases(session, CaseFilter(**wanted), TRAINER, 9)]  # type: ignore[arg-type]


def test_one_click_makes_a_case_of_a_finding_without_the_agents_name(session: Session) -> None:
    one = found(session, inspected(session, "c1"))
    case = keep_finding(session, one.id or 0, TRAINER, ["推诿"])
    view = get_case(session, case.id or 0, TRAINER)
    assert (view.kind, view.title) == ("bad", "推诿：不知道，自己看页面")
    assert (view.situation, view.reply) == ("什么时候发货", "不知道，自己看页面")
    assert (view.better_reply, view.lesson) == ("亲，现货付款后 48 小时内发出。", "把顾客推给了页面")
    assert (view.rule_term, view.dimension_term, view.tags, view.shop) == ("推诿", "问题解决", ("推诿",), "mian")
    assert "lin" not in str(view)
    assert keep_finding(session, one.id or 0, TRAINER).id == case.id, "a second click makes no second case"


def test_a_case_outlives_its_conversation(session: Session) -> None:
    one = found(session, inspected(session, "c1"))
    case = keep_finding(session, one.id or 0, TRAINER)
    session.commit()
    session.execute(delete(Conversation).where(col(Conversation.external_id) == "c1"))
    session.expire_all()
    assert (get_case(session, case.id or 0, TRAINER).finding_id, case.reply) == (None, "不知道，自己看页面")


def test_a_good_reply_is_taken_from_its_messages(session: Session) -> None:
    talk = inspected(session, "c1", "C 在吗", "A 在", "C 发货了吗", "C 急用", "A 今天发", "A 单号稍后给您")
    ids = session.exec(select(Message.id).where(Message.index >= 4).order_by(col(Message.index))).all()
    content = content_of_messages(session, talk, [*ids, 999], TRAINER)  # type: ignore[list-item]
    assert (content.kind, content.situation) == (CaseKind.GOOD, "发货了吗\n急用")
    assert content.reply == "今天发\n单号稍后给您"
    assert keep_case(session, content, TRAINER).title == "今天发 单号稍后给您"


def test_what_people_type_is_masked(session: Session) -> None:
    case = keep_case(session, replace(GOOD, reply="您的手机 13955556666 收到了吗"), TRAINER)
    assert case.reply == "您的手机 [手机号] 收到了吗"
    assert "13955556666" not in case.words


def test_cases_are_found_by_words_in_any_writing_by_tag_and_by_sort(session: Session) -> None:
    keep_case(session, GOOD, TRAINER)
    bad = CaseContent(
        CaseKind.BAD, "退货", "自己看", lesson="推诿", tags=("退换",), rule="shirking", dimension="solving"
    )
    keep_case(session, bad, TRAINER)
    assert _titles(session) == ["退货", "催发货"]
    assert _titles(session, words="單號 18点") == ["催发货"]
    assert _titles(session, words="推诿") == ["退货"]
    assert _titles(session, words="单号 推诿") == []
    assert _titles(session, words="%") == []
    assert _titles(session, tag="发货") == ["催发货"]
    assert _titles(session, tag="发") == []
    assert _titles(session, kind=CaseKind.BAD) == _titles(session, rule="shirking") == ["退货"]
    assert _titles(session, dimension="solving") == ["退货"]
    assert _titles(session, intent="催发货") == ["催发货"]


def test_other_shops_cases_are_not_there_and_everybodys_are(session: Session) -> None:
    own = keep_case(session, replace(GOOD, shop="mian"), TRAINER)
    keep_case(session, replace(GOOD, title="通用"), TRAINER)
    other = person("account:6", shops=frozenset({"bei"}), trains=True)
    assert [one.title for one in search_cases(session, CaseFilter(), other, 9)] == ["通用"]
    with pytest.raises(CaseNotFoundError):
        get_case(session, own.id or 0, other)
    with pytest.raises(CaseNotFoundError, match="mian"):
        keep_case(session, replace(GOOD, shop="mian"), other)
    with pytest.raises(FindingNotFoundError):
        keep_finding(session, found(session, inspected(session, "c1")).id or 0, agent("xin"))


def test_a_changed_case_is_found_by_its_new_words_and_keeps_where_it_came_from(session: Session) -> None:
    one = found(session, inspected(session, "c1"))
    case = keep_finding(session, one.id or 0, TRAINER)
    change_case(session, case.id or 0, replace(GOOD, finding_id=None), TRAINER)
    assert case.finding_id == one.id
    assert (_titles(session, words="单号"), _titles(session, words="页面")) == (["催发货"], [])


def test_an_archived_case_is_gone(session: Session) -> None:
    case = keep_case(session, GOOD, TRAINER)
    archive_case(session, case.id or 0, TRAINER)
    assert _titles(session) == []
    with pytest.raises(CaseNotFoundError):
        archive_case(session, case.id or 0, TRAINER)


@pytest.mark.parametrize(
    "content",
    [
        replace(GOOD, title=" "),
        replace(GOOD, reply=""),
        replace(GOOD, reply="长" * 2_001),
        replace(GOOD, tags=("",)),
        replace(GOOD, tags=tuple(map(str, range(21)))),
    ],
)
def test_a_case_without_title_or_reply_or_with_too_much_is_refused(session: Session, content: CaseContent) -> None:
    with pytest.raises(WordsMissingError):
        keep_case(session, content, TRAINER)


def test_an_erased_customers_words_leave_the_library_and_others_stay(session: Session) -> None:
    talk = inspected(session, "c1", "C 我家在三楼", "A 好的", customer="小鱼")
    other = inspected(session, "c2", "C 我家在五楼", "A 好的", customer="小虾")
    clicked = keep_finding(session, found(session, talk).id or 0, TRAINER)
    last = session.exec(select(Message.id).where(Message.conversation_id == talk, Message.role == "agent")).one()
    typed = keep_case(session, content_of_messages(session, talk, [last or 0], TRAINER), TRAINER)
    change_case(session, typed.id or 0, replace(GOOD, title="改过"), TRAINER)
    keep_finding(session, found(session, other).id or 0, TRAINER)
    keep_case(session, replace(GOOD, title="手写"), TRAINER)
    session.commit()
    assert forget_customer(session, "小虾", shops=frozenset({"bei"})) == (0, 0)
    assert len(search_cases(session, CaseFilter(), TRAINER, 9)) == 4
    assert forget_customer(session, "小鱼") == (1, 2)
    session.commit()
    left = {one.case_id: one.situation for one in search_cases(session, CaseFilter(), TRAINER, 9)}
    assert clicked.id not in left
    assert typed.id not in left
    assert sorted(left.values()) == ["", "我家在五楼"]


def test_one_click_keeps_a_very_long_reply_and_says_that_it_is_cut(session: Session) -> None:
    talk = inspected(session, "c1", f"C {'问' * 3_000}", f"A {'答' * 3_000}")
    long = found(session, talk, quote="答" * 3_000, reason="因" * 3_000, better_reply="好" * 3_000)
    case = keep_finding(session, long.id or 0, TRAINER)
    for text in (case.situation, case.reply, case.better_reply, case.lesson):
        assert len(text) == 2_000
        assert text.endswith("…（原文较长，这里只留开头）")


def test_cases_of_all_shops_are_for_who_sees_all_shops(session: Session) -> None:
    everybodys = keep_case(session, GOOD, TRAINER).id or 0
    own = person("account:6", leads=False, trains=True, shops=frozenset({"mian"}))
    with pytest.raises(OwnWorkError, match="mian"):
        keep_case(session, GOOD, own)
    with pytest.raises(OwnWorkError):
        change_case(session, everybodys, replace(GOOD, shop="mian"), own)
    with pytest.raises(OwnWorkError):
        archive_case(session, everybodys, own)
    kept = keep_case(session, replace(GOOD, shop="mian"), own).id or 0
    with pytest.raises(OwnWorkError):
        change_case(session, kept, GOOD, own)
    archive_case(session, kept, own)
    assert get_case(session, everybodys, own).shop is None

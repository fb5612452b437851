"""Conversations in the browser: the list, one of them with its findings, and the agent's own page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, delete, select

from api.identity import Role
from coaching.actor import Actor
from coaching.conversations.tables import Conversation
from coaching.inspection.custom.keeping import create_rule
from coaching.inspection.custom.rule_set_content import RuleSetContent
from coaching.inspection.custom.rule_set_keeping import add_rule_set
from coaching.inspection.rescoring import rescore
from coaching.inspection.tables import Finding, Inspection, Status
from tests.coaching.inspection.custom.rules_written import written
from tests.coaching.inspection.stored import RUDE, findings, inspect, keep
from tests.conftest import NOW
from tests.web.browsing import Browser
from web.finding_notes import MESSAGES_AT_ONCE
from web.own_conversations import NOTES_AT_ONCE, SHOWN_TALKS, progress

Browse = Callable[..., Browser]
GOOD = ("C 尺码表在哪", "A 您好亲，尺码表在详情页第三张图，有不清楚的随时问我哦，祝您生活愉快，再见")
REPLY = "亲，尺码表在详情页第三张图。"

pytestmark = pytest.mark.usefixtures("shops")


def stored(session: Session, *numbers: str, **fields: object) -> int:
    """Inspected conversations with a rude reply; gives the row of the last."""
    for number in numbers:
        keep(session, number, *RUDE, **fields)
    inspect(session)
    return session.exec(select(Conversation.id).where(Conversation.external_id == numbers[-1])).one() or 0


def change(session: Session, conversation_id: int, **values: object) -> Finding:
    """Its rude finding with other values, the score reckoned anew."""
    [found] = [one for one in findings(session, "rude") if one.conversation_id == conversation_id]
    found.sqlmodel_update(values)
    session.add(found)
    rescore(session, conversation_id)
    session.commit()
    return found


def test_the_list_says_what_was_asked_what_was_found_and_the_score(browse: Browse, session: Session) -> None:
    number = stored(session, "a")
    page = browse(Role.TRAINER).get("/conversations").text
    score = session.exec(select(Inspection.score)).one()
    assert f'href="/conversations/{number}">尺码表在哪' in page
    assert '<span class="rule-word">态度生硬</span>' in page
    assert f">{score:g}</span>" in page
    assert "棉语旗舰店" in page


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("shop=mian", True),
        ("shop=zao", False),
        ("platform=jd", False),
        ("agent=lin", True),
        ("agent=wu", False),
        ("rule=rude", True),
        ("rule=off_platform", False),
        ("score=failed", False),
        ("score=none", False),
        ("since=2026-11-19&until=2026-11-19", True),
        ("since=2026-11-20", False),
        ("until=2026-11-18", False),
        ("since=0001-01-01&until=9999-12-31", True),
        ("shop=&platform=&agent=&score=&rule=&since=&until=", True),
    ],
)
def test_the_list_is_narrowed(browse: Browse, session: Session, query: str, is_there: bool) -> None:
    stored(session, "a")
    answer = browse(Role.TRAINER).get(f"/conversations?{query}")
    assert answer.status_code == 200
    assert ("尺码表在哪" in answer.text) is is_there


@pytest.mark.parametrize("query", ["since=yesterday", "score=best", "cursor=eA", "cursor=%C3%A4", "shop=" + "x" * 999])
def test_a_filter_nobody_offers_is_refused_kindly(browse: Browse, query: str) -> None:
    answer = browse(Role.TRAINER).get(f"/conversations?{query}")
    assert answer.status_code == 422
    assert "没有成功" in answer.text


def test_pages_of_the_list_follow_each_other_without_gap_or_repetition(browse: Browse, session: Session) -> None:
    numbers = [f"talk-{number}" for number in range(5)]
    for number in numbers:
        keep(session, number, f"C 我是{number}号", "A 您好")
    trainer, address, seen = browse(Role.TRAINER), "/conversations?limit=2", []
    while address:
        page = trainer.get(address).text
        seen += [number for number in numbers if f"我是{number}号" in page]
        address = page.split('<p class="more">')[1].split('href="')[1].split('"')[0] if 'rel="next"' in page else ""
        address = address.replace("&amp;", "&") + ("&limit=2" if address else "")
    assert sorted(seen) == numbers


def test_a_lead_of_one_shop_sees_that_shop_alone(browse: Browse, session: Session) -> None:
    number = stored(session, "a")
    other = browse(Role.LEAD, "zao")
    assert "尺码表在哪" not in other.get("/conversations").text
    assert other.get(f"/conversations/{number}").status_code == 404
    assert other.get("/conversations?shop=mian").status_code == 403
    assert "尺码表在哪" in browse(Role.LEAD, "mian").get("/conversations").text


def test_a_finding_stands_beside_its_message_with_reason_points_and_better_reply(
    browse: Browse, session: Session
) -> None:
    number = stored(session, "a")
    found = change(session, number, better_reply=REPLY)
    page = browse(Role.LEAD).get(f"/conversations/{number}").text
    turn = page.split('id="m3"')[1].split("</li>")[0]
    assert f'id="f{found.id}"' in turn
    assert "态度生硬" in turn
    assert found.reason in turn
    assert REPLY in turn
    assert f'href="/conversations/{number}#f{found.id}">−{found.points:g} 态度生硬</a>' in page


def test_what_does_not_apply_is_said_and_not_scored(browse: Browse, session: Session) -> None:
    number = stored(session, "a")
    page = browse(Role.LEAD).get(f"/conversations/{number}").text
    absent = {"emotion"} - set(session.exec(select(Inspection.dimensions)).one())
    assert absent, "the example must lack a dimension"
    assert "情绪管理" in page.split('class="is-none"')[1].split("</tr>")[0]
    assert "不适用" in page


def test_both_sides_of_a_contradiction_are_quoted(
    browse: Browse, session: Session, publish: Callable[..., int]
) -> None:
    number = stored(session, "a")
    card_id = publish("多久发货", "48 小时内发出")
    change(session, number, quote="七天后发", card_quote="发货时限：48小时", card_id=card_id, card_version=1)
    page = browse(Role.LEAD).get(f"/conversations/{number}").text
    sides = page.split('<dl class="sides">')[1].split("</dl>")[0]
    assert "七天后发" in sides
    assert "发货时限：48小时" in sides
    assert f'href="/cards/{card_id}"' in sides
    assert "后来改过" not in sides
    change(session, number, card_version=7)
    assert "后来改过" in browse(Role.LEAD, name="丁").get(f"/conversations/{number}").text


def test_a_finding_that_is_not_sure_is_marked_and_costs_nothing(browse: Browse, session: Session) -> None:
    number = stored(session, "a")
    change(session, number, is_sure=False, confidence_01=0.6)
    page = browse(Role.LEAD).get(f"/conversations/{number}").text
    assert "待复核，不扣分" in page
    assert "没把握，请人看" in page
    assert "−" not in page.split('class="dimensions"')[1].split("</table>")[0].split("服务态度")[1].split("</tr>")[0]


def test_an_agent_reads_only_what_is_theirs_and_sure(browse: Browse, session: Session) -> None:
    number = stored(session, "a")
    change(session, number, is_sure=False)
    own = browse(Role.AGENT, name="林", agent="lin").get(f"/conversations/{number}")
    assert own.status_code == 200
    assert "待复核" not in own.text
    assert "换个柔和的说法" not in own.text
    change(session, number, status=Status.CONFIRMED)
    page = browse(Role.AGENT, name="林二", agent="lin").get(f"/conversations/{number}").text
    assert "换个柔和的说法" in page
    assert "态度生硬" not in page.split('class="turns"')[1]
    assert browse(Role.AGENT, name="吴", agent="wu").get(f"/conversations/{number}").status_code == 404
    assert browse(Role.AGENT, name="没有编号").get(f"/conversations/{number}").status_code == 404


def test_a_conversation_that_waits_says_so(browse: Browse, session: Session) -> None:
    keep(session, "a", *GOOD)
    [number] = session.exec(select(Conversation.id)).all()
    assert "稍后会自动质检" in browse(Role.LEAD).get(f"/conversations/{number}").text


def test_a_very_long_conversation_comes_in_pages_and_findings_lead_to_theirs(browse: Browse, session: Session) -> None:
    lines = [f"C 第{number}句" for number in range(MESSAGES_AT_ONCE)]
    keep(session, "long", *lines, *RUDE[1:])
    inspect(session)
    [number] = session.exec(select(Conversation.id)).all()
    lead = browse(Role.LEAD)
    first = lead.get(f"/conversations/{number}").text
    assert "第499句" in first
    assert 'id="m501"' not in first
    assert "/conversations/1?start=500#m502" in first, "what is about the whole leads to the page of its message"
    later = first.split('class="btn btn-outline-secondary" href="')[1].split('"')[0]
    assert 'id="m502"' in lead.get(later).text
    [rude] = findings(session, "rude")
    assert f'href="{later}#f{rude.id}"' in first


def test_hostile_words_stay_words(browse: Browse, session: Session) -> None:
    keep(session, "a", "C <script>alert(1)</script>", "A <img src=x onerror=alert(1)>")
    [number] = session.exec(select(Conversation.id)).all()
    for page in ("/conversations", f"/conversations/{number}"):
        text = browse(Role.LEAD, name=page).get(page).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_the_own_page_begins_with_what_went_well(browse: Browse, session: Session) -> None:
    keep(session, "good", *GOOD, agent="lin", rating=5)
    number = stored(session, "weak")
    session.exec(select(Inspection).where(Inspection.conversation_id != number)).one().score = 100.0
    change(session, number, better_reply=REPLY)
    page = browse(Role.AGENT, name="林小满", agent="lin").get("/my/conversations").text
    assert page.index("做得好的") < page.index("可以说得更好的") < page.index(REPLY)
    assert "林小满，您好" in page
    assert "其中 1 段从头到尾都很好" in page
    assert "5 星" in page
    assert "态度生硬" not in page


def test_rules_and_sets_of_leads_go_by_the_names_they_were_given(browse: Browse, session: Session) -> None:
    lead = Actor("account:1", NOW, name="许经理", leads=True)
    rule_id = create_rule(session, written(term="没提运费险"), lead).rule_id
    given = {"name": "棉语大促方案", "in_force_from": "2026-11-01", "shops": ["mian"], "source": "店铺约定"}
    kept = add_rule_set(session, "mian-1", RuleSetContent.model_validate(given), lead).rule_set
    number = stored(session, "a")
    under = {"rule_set": kept.id, "rule_set_version": kept.version}
    change(session, number, rule=rule_id, **under)
    session.exec(select(Inspection)).one().sqlmodel_update(under)
    session.commit()
    trainer = browse(Role.TRAINER)
    page = trainer.get(f"/conversations/{number}").text
    assert "没提运费险" in page
    assert page.count("棉语大促方案 v1") == 2
    assert "mian-1" not in page
    listed = trainer.get(f"/conversations?rule={rule_id}").text
    assert f'<option value="{rule_id}" selected>没提运费险</option>' in listed
    assert '<span class="rule-word">没提运费险</span>' in listed


def test_nobody_s_own_page_shows_anothers_words(browse: Browse, session: Session) -> None:
    stored(session, "a")
    page = browse(Role.AGENT, name="吴", agent="wu").get("/my/conversations").text
    assert "你自己不会看吗" not in page
    assert "还没有您的会话" in page
    assert "没有关联客服" in browse(Role.LEAD).get("/my/conversations").text


def test_the_own_page_counts_and_shows_talks_of_the_account_s_shops_alone(browse: Browse, session: Session) -> None:
    for place, shop in enumerate(["mian"] * (SHOWN_TALKS + 1) + ["zao"] * 2):
        keep(session, f"{shop}-{place}", f"C 我在{shop}买的", *GOOD[1:], shop=shop, rating=5 if shop == "zao" else 4)
    inspect(session)
    for one in session.exec(select(Inspection)):
        one.score, one.failed = 100.0, False
    session.exec(delete(Finding))
    session.commit()

    def shown(*shops: str) -> tuple[str, int, int]:
        page = browse(Role.AGENT, *shops, name=f"林{len(shops)}", agent="lin").get("/my/conversations").text
        return page.split("看了您 ")[1].split("都很好")[0], page.count("我在mian买的"), page.count("我在zao买的")

    assert shown("mian") == (f"{SHOWN_TALKS + 1} 段会话，其中 {SHOWN_TALKS + 1} 段从头到尾", SHOWN_TALKS, 0)
    assert shown() == (f"{SHOWN_TALKS + 3} 段会话，其中 {SHOWN_TALKS + 3} 段从头到尾", SHOWN_TALKS - 2, 2)


def test_old_findings_leave_the_own_page_and_many_come_in_pages(browse: Browse, session: Session) -> None:
    stored(session, *(f"talk-{number}" for number in range(NOTES_AT_ONCE + 1)))
    agent = browse(Role.AGENT, name="林", agent="lin")
    page = agent.get("/my/conversations").text
    assert page.count("换个柔和的说法") == NOTES_AT_ONCE
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    rest = agent.get(following).text
    assert rest.count("换个柔和的说法") == 1
    assert "做得好的" not in rest
    for one in findings(session):
        one.said_on = (NOW - timedelta(days=40)).date()
        session.add(one)
    session.commit()
    assert "换个柔和的说法" not in agent.get("/my/conversations").text


def test_progress_names_the_greatest_step_first_and_no_small_one() -> None:
    before, now = {"rude": 3, "vague": 9, "repeat": 2, "stalling": 1}, {"rude": 1, "vague": 2, "repeat": 1}
    assert progress(before, now) == [("vague", 9, 2), ("rude", 3, 1)]


def test_the_way_to_a_page_is_shown_to_whom_it_is_for(browse: Browse) -> None:
    def places(browser: Browser) -> set[str]:
        nav = browser.get("/").text.split('class="places"')[1].split("</nav>")[0]
        return {path for path in ("/conversations", "/inspection", "/my/conversations") if f'href="{path}"' in nav}

    assert places(browse(Role.AGENT, name="林", agent="lin")) == {"/my/conversations"}
    assert places(browse(Role.TRAINER)) == {"/conversations"}
    assert places(browse(Role.LEAD)) == {"/conversations", "/inspection"}

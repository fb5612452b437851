"""What inspecting found, summed up; and findings as people read them."""

from datetime import timedelta

from sqlmodel import Session

from coaching.conversations.reading import EVERYBODYS, Viewer, find_conversation
from coaching.inspection.listing import findings_of, findings_of_agent
from coaching.inspection.overview import Inspected, Span, Tally, overview
from coaching.inspection.rescoring import rescore
from coaching.inspection.tables import Finding, Status
from tests.coaching.inspection.stored import RUDE, ZONE, findings, inspect, keep
from tests.conftest import NOW

DAY = (NOW - timedelta(days=2)).astimezone(ZONE).date()
SPAN = Span(DAY, DAY)
GOOD = ("C 尺码表在哪", "A 您好亲，尺码表在详情页第三张图，有不清楚的随时问我哦，祝您生活愉快，再见")


def _decide(session: Session, found: Finding, status: Status) -> None:
    found.status = status
    session.add(found)
    session.flush()
    rescore(session, found.conversation_id)
    session.commit()


def test_counts_by_rule_agent_shop_and_day_agree(session: Session) -> None:
    keep(session, "a", *RUDE)
    keep(session, "b", *RUDE, agent="wu", shop="bei")
    keep(session, "c", *GOOD)
    inspect(session)
    found = overview(session, SPAN, EVERYBODYS)
    assert found.inspected.conversations == 3
    for lines in (found.by_rule, found.by_agent, found.by_shop, found.by_day):
        assert sum(line.tally.findings for line in lines) == found.tally.findings == len(findings(session))
        assert sum(line.tally.counted for line in lines) == found.tally.counted
    assert {line.key: line.inspected.conversations for line in found.by_agent} == {"lin": 2, "wu": 1}
    assert [line.key for line in found.by_day] == [DAY.isoformat()]
    [rude] = [line for line in found.by_rule if line.key == "rude"]
    assert rude.tally == Tally(findings=2, counted=2, open=2, confirmed=0, rejected=0)


def test_the_average_is_compared_with_as_many_days_before(session: Session) -> None:
    keep(session, "a", *GOOD)
    inspect(session)
    later = Span(DAY + timedelta(days=1), DAY + timedelta(days=3))
    assert later.before == Span(DAY - timedelta(days=2), DAY)
    assert overview(session, later, EVERYBODYS).trend is None
    assert overview(session, later, EVERYBODYS).before.conversations == 1
    assert overview(session, Span(DAY - timedelta(9), DAY - timedelta(8)), EVERYBODYS).inspected == Inspected()


def test_an_overview_is_narrowed_to_shops_agents_and_rules(session: Session) -> None:
    keep(session, "a", *RUDE)
    keep(session, "b", *RUDE, agent="wu", shop="bei")
    inspect(session)
    assert overview(session, SPAN, Viewer(frozenset({"bei"}))).by_agent[0].key == "wu"
    assert overview(session, Span(DAY, DAY, shop="mian"), EVERYBODYS).inspected.conversations == 1
    assert overview(session, Span(DAY, DAY, agent="wu"), EVERYBODYS).inspected.conversations == 1
    assert overview(session, Span(DAY, DAY, rule="rude"), EVERYBODYS).tally.findings == 2
    own = overview(session, SPAN, Viewer(None, "wu"))
    assert own.tally.findings == own.tally.counted > 0
    assert {line.key for line in own.by_agent} == {"wu"}


def test_a_decision_changes_the_score_and_what_agents_read(session: Session) -> None:
    keep(session, "a", *RUDE)
    inspect(session)
    [rude] = findings(session, "rude")
    before = rescore(session, rude.conversation_id)
    assert before is not None
    low, attitude = before.score, before.dimensions["attitude"]["score"]
    assert attitude < 100
    _decide(session, rude, Status.REJECTED)
    after = rescore(session, rude.conversation_id)
    assert after is not None
    assert after.dimensions["attitude"]["score"] == 100
    assert (after.score or 0) > (low or 0)
    lin = Viewer(None, "lin")
    assert "rude" not in [one.finding.rule for one in findings_of_agent(session, "lin", lin, DAY, DAY, 50)]
    rude.is_sure = False
    _decide(session, rude, Status.OPEN)
    assert "rude" not in [one.finding.rule for one in findings_of_agent(session, "lin", lin, DAY, DAY, 50)]
    _decide(session, rude, Status.CONFIRMED)
    assert "rude" in [one.finding.rule for one in findings_of_agent(session, "lin", lin, DAY, DAY, 50)]
    confirmed = rescore(session, rude.conversation_id)
    assert confirmed is not None
    assert confirmed.dimensions["attitude"]["score"] == attitude


def test_an_agent_never_reads_anothers_findings(session: Session) -> None:
    keep(session, "a", *RUDE)
    inspect(session)
    conversation = find_conversation(session, "a")
    assert findings_of(session, conversation, Viewer(None, "wu")) == []
    assert findings_of_agent(session, "lin", Viewer(None, "wu"), DAY, DAY, 50) == []
    assert findings_of_agent(session, "lin", Viewer(frozenset({"bei"})), DAY, DAY, 50) == []


def test_what_is_no_longer_found_is_read_only_when_asked_for(session: Session) -> None:
    keep(session, "a", "C 衣服掉色怎么办")
    inspect(session)
    keep(session, "a", "C 衣服掉色怎么办", "A 您好，给您退换，请拍张照片")
    inspect(session)
    conversation = find_conversation(session, "a")
    standing = [one.finding.rule for one in findings_of(session, conversation, EVERYBODYS)]
    whole = [one.finding.rule for one in findings_of(session, conversation, EVERYBODYS, with_gone=True)]
    assert "unanswered" not in standing
    assert "unanswered" in whole


def test_findings_say_where_their_messages_stand_now(session: Session) -> None:
    keep(session, "a", *RUDE)
    inspect(session)
    shown = findings_of(session, find_conversation(session, "a"), EVERYBODYS)
    [rude] = [one for one in shown if one.finding.rule == "rude"]
    assert (rude.message_index, rude.context_index, rude.card_changed) == ((2,), (0,), False)

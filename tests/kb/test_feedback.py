from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from kb.errors import SuggestionNotFoundError
from kb.feedback import EventKind, Lookup, Shown, collect_unused, list_gaps, record_event, record_lookup
from kb.feedback_tables import Gap, Suggestion, SuggestionEvent
from kb.search.scope import Scope

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=11)


def _lookup(session: Session, text: str = "多久发货", *, unanswered: bool = False, shop: str | None = None) -> str:
    lookup = Lookup(
        "suggest",
        text,
        [text],
        [text] if unanswered else [],
        [Shown(0, 7, 3, 0.9)],
        Scope(shop=shop),
        unanswered,
        "no_match" if unanswered else None,
        1.0,
    )
    found = record_lookup(session, lookup, "account:1", NOW)
    session.commit()
    return found


def _gaps(session: Session) -> list[tuple[str, str, int]]:
    return [(gap.text, gap.reason, gap.count) for gap in session.exec(select(Gap).order_by(Gap.id))]


def test_personal_data_is_masked_before_it_is_kept(session: Session) -> None:
    key = _lookup(session, "我的手机13812345678,查一下", unanswered=True)
    record_event(session, key, EventKind.SENT, "account:1", NOW, 7, "给13812345678发了")
    session.commit()
    kept = session.get(Suggestion, key)
    assert kept is not None
    told = [
        kept.text,
        *kept.questions,
        session.exec(select(Gap)).one().text,
        session.exec(select(SuggestionEvent)).one().text,
    ]
    assert all("13812345678" not in (text or "") and "[手机号]" in (text or "") for text in told)


def test_unanswered_question_is_a_gap_counted_once_per_wording_and_shop(session: Session) -> None:
    _lookup(session, "有紫色吗", unanswered=True, shop="s1")
    _lookup(session, "有 紫色嗎", unanswered=True, shop="s1")
    _lookup(session, "有紫色吗", unanswered=True, shop="s2")
    assert [(reason, count) for _, reason, count in _gaps(session)] == [("no_match", 2), ("no_match", 1)]


def test_lookup_that_nobody_used_becomes_a_gap_once(session: Session) -> None:
    _lookup(session)
    assert collect_unused(session, NOW + timedelta(minutes=5)) == 0
    assert collect_unused(session, LATER) == 1
    assert collect_unused(session, LATER) == 0
    assert _gaps(session) == [("多久发货", "unused", 1)]


@pytest.mark.parametrize("kind", [EventKind.COPIED, EventKind.INSERTED, EventKind.EDITED, EventKind.SENT])
def test_used_lookup_is_no_gap(session: Session, kind: EventKind) -> None:
    record_event(session, _lookup(session), kind, "account:1", NOW, 7)
    assert collect_unused(session, LATER) == 0


def test_putting_one_card_aside_is_no_gap_but_dismissing_all_is(session: Session) -> None:
    key = _lookup(session)
    record_event(session, key, EventKind.DISMISSED, "account:1", NOW, 7)
    assert _gaps(session) == []
    record_event(session, key, EventKind.DISMISSED, "account:1", NOW)
    assert _gaps(session) == [("多久发货", "unused", 1)]


def test_event_keeps_the_version_that_was_shown(session: Session) -> None:
    record_event(session, _lookup(session), EventKind.SENT, "account:1", NOW, 7)
    assert session.exec(select(SuggestionEvent)).one().version == 3


def test_event_on_somebody_elses_lookup_or_a_card_that_was_not_shown_is_refused(session: Session) -> None:
    key = _lookup(session)
    for arguments in (("unknown", "account:1", 7), (key, "account:2", 7), (key, "account:1", 8)):
        with pytest.raises(SuggestionNotFoundError):
            record_event(session, arguments[0], EventKind.SENT, arguments[1], NOW, arguments[2])


def test_gaps_of_other_shops_are_not_listed(session: Session) -> None:
    for shop in ("s1", "s2", None):
        _lookup(session, "有紫色吗", unanswered=True, shop=shop)
    assert {gap.shop for gap in list_gaps(session, frozenset({"s1"}), 10)} == {"s1", None}
    assert len(list_gaps(session, None, 10)) == 3

"""The suggestion box."""

import pytest
from sqlmodel import Session

from coaching.errors import DecidedError, EntryNotFoundError, OwnWorkError, WordsMissingError
from coaching.suggestion_box import BoxFilter, answer_entry, get_entry, list_entries, send_entry
from coaching.suggestion_box_tables import EntryKind, EntryStatus
from tests.coaching.reviewing.judged import agent, person

LEAD, SENDER = person(), agent()


def test_the_sender_follows_what_becomes_of_an_entry(session: Session) -> None:
    number = send_entry(session, EntryKind.SUGGESTION, "晚班多排一个人", SENDER).id or 0
    answer_entry(session, number, EntryStatus.IN_PROGRESS, "下周排班时看", LEAD)
    answer_entry(session, number, EntryStatus.DONE, "已加一人", LEAD)
    view = get_entry(session, number, SENDER)
    assert (view.kind_term, view.status_term, view.is_mine) == ("建议", "已办结", True)
    assert [(one.text, one.status_term) for one in view.answers] == [("下周排班时看", "处理中"), ("已加一人", "已办结")]
    with pytest.raises(DecidedError):
        answer_entry(session, number, EntryStatus.RECEIVED, "再想想", LEAD)


def test_who_sent_an_anonymous_entry_is_known_to_the_sender_alone(session: Session) -> None:
    number = send_entry(session, EntryKind.COMPLAINT, "排班不公", SENDER, is_anonymous=True).id or 0
    theirs, mine = get_entry(session, number, LEAD), get_entry(session, number, SENDER)
    assert (theirs.by, theirs.by_name, theirs.is_mine) == (None, "", False)
    assert (mine.by, mine.is_mine) == ("account:lin", True)


def test_others_see_nothing_and_leads_what_is_sent_in_their_shops(session: Session) -> None:
    for shop in ("mian", "bei", None):
        send_entry(session, EntryKind.SUGGESTION, f"给 {shop}", SENDER, shop)
    own = person(shops=frozenset({"mian"}))
    assert [one.text for one in list_entries(session, BoxFilter(), own, 9)] == ["给 None", "给 mian"]
    assert [one.text for one in list_entries(session, BoxFilter(shop="bei"), LEAD, 9)] == ["给 bei"]
    assert list_entries(session, BoxFilter(), agent("xin"), 9) == []
    assert list_entries(session, BoxFilter(only_mine=True), LEAD, 9) == []
    assert list_entries(session, BoxFilter(kind=EntryKind.COMPLAINT), LEAD, 9) == []
    first = list_entries(session, BoxFilter(status=EntryStatus.RECEIVED), LEAD, 1)[0]
    assert len(list_entries(session, BoxFilter(), LEAD, 9, first.entry_id)) == 2
    with pytest.raises(EntryNotFoundError):
        get_entry(session, first.entry_id, agent("xin"))


def test_nobody_answers_their_own_and_nothing_is_sent_without_words(session: Session) -> None:
    number = send_entry(session, EntryKind.SUGGESTION, "换椅子", LEAD).id or 0
    with pytest.raises(OwnWorkError):
        answer_entry(session, number, EntryStatus.DONE, "同意", LEAD)
    with pytest.raises(WordsMissingError):
        send_entry(session, EntryKind.SUGGESTION, "", SENDER)
    with pytest.raises(EntryNotFoundError):
        send_entry(session, EntryKind.SUGGESTION, "换椅子", agent(shops=frozenset({"bei"})), "mian")

from typing import Any

import pytest
from sqlmodel import Session, select

from kb.card_files import ParsedRow
from kb.cards.editing import Actor
from kb.cards.importing import ImportReport, apply_plan, plan_import
from kb.cards.reading import get_card
from kb.cards.tables import Card, CardChange, QuestionRow, ReplyRow, Revision, Shop
from kb.content import CardEntry
from kb.vocabulary import Status
from tests.kb.conftest import NOW

BY = Actor("account:1", NOW)
Rows = list[tuple[str, ParsedRow]]


def _row(number: int, question: str, reply: str = "好的。", *, file: str = "cards.csv", **fields: Any) -> Rows:
    return [(file, ParsedRow(number, CardEntry(standard_question=question, replies=[reply], **fields)))]


def _import(session: Session, rows: Rows, *, publish: bool = False) -> ImportReport:
    report = apply_plan(session, plan_import(session, rows, publish=publish), BY)
    session.commit()
    return report


def _counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.refused)


def _reply(session: Session, card_id: int) -> str:
    return get_card(session, card_id).content.replies[0].text


TWICE = {
    "same number": (
        _row(2, "多久发货", "两天内。", external_id="s-1"),
        _row(3, "能开发票吗", external_id="s-2"),
        _row(4, "几天能到", "三天内。", external_id="s-1"),
        "external_id",
    ),
    "same question, no number": (
        _row(2, "多久发货?", "两天内。"),
        _row(3, "能开发票吗"),
        _row(4, "多久发货？", "三天内。"),
        "standard_question",
    ),
}


@pytest.mark.parametrize("publish", [False, True])
@pytest.mark.parametrize("case", TWICE)
def test_of_two_rows_for_one_card_the_first_is_taken_and_the_later_refused(
    session: Session, case: str, publish: bool
) -> None:
    first, between, later, column = TWICE[case]
    report = _import(session, first + between + later, publish=publish)
    assert _counts(report) == (2, 0, 0, 1)
    [refusal] = report.refused
    assert (refusal.file, refusal.row, refusal.column) == ("cards.csv", 4, column)
    assert "第 2 行" in refusal.reason
    assert len(session.exec(select(Card)).all()) == 2
    assert _reply(session, 1) == "两天内。"


def test_the_same_question_for_another_shop_is_another_card(session: Session) -> None:
    report = _import(session, _row(2, "多久发货", shops=("s1",)) + _row(3, "多久发货", shops=("s2",)))
    assert _counts(report) == (2, 0, 0, 0)


def test_row_with_and_row_without_number_that_mean_one_stored_card_are_not_both_taken(session: Session) -> None:
    _import(session, _row(2, "多久发货", external_id="s-1"))
    report = _import(session, _row(2, "多久发货", "一天内。", external_id="s-1") + _row(3, "多久发货", "三天内。"))
    assert _counts(report) == (0, 1, 0, 1)
    assert report.refused[0].row == 3
    assert _reply(session, 1) == "一天内。"


@pytest.mark.parametrize("publish", [False, True])
def test_the_same_file_twice_changes_nothing(session: Session, publish: bool) -> None:
    rows = _row(2, "多久发货", external_id="s-1", shops=("s1",)) + _row(3, "能开发票吗", tags=("发票",))
    assert _counts(_import(session, rows, publish=publish)) == (2, 0, 0, 0)
    before = [item.model_dump() for table in (Card, Revision, CardChange) for item in session.exec(select(table))]
    assert _counts(_import(session, rows, publish=publish)) == (0, 0, 2, 0)
    after = [item.model_dump() for table in (Card, Revision, CardChange) for item in session.exec(select(table))]
    assert after == before


def test_changing_a_published_card_makes_a_draft_and_the_published_one_goes_on_answering(session: Session) -> None:
    _import(session, _row(2, "多久发货", "两天内。", external_id="s-1"), publish=True)
    report = _import(session, _row(2, "多久发货", "三天内。", external_id="s-1"))
    assert _counts(report) == (0, 1, 0, 0)
    card = session.exec(select(Card)).one()
    assert (card.status, card.version, card.published_version) == (Status.DRAFT, 2, 1)
    revisions = session.exec(select(Revision).order_by(Revision.version))
    assert [(one.version, one.status) for one in revisions] == [(1, Status.PUBLISHED), (2, Status.DRAFT)]


def test_changing_a_published_card_with_publish_publishes_the_change(session: Session) -> None:
    _import(session, _row(2, "多久发货", "两天内。", external_id="s-1"), publish=True)
    report = _import(session, _row(2, "多久发货", "三天内。", external_id="s-1"), publish=True)
    assert _counts(report) == (0, 1, 0, 0)
    card = session.exec(select(Card)).one()
    assert (card.status, card.version, card.published_version) == (Status.PUBLISHED, 2, 2)
    revisions = session.exec(select(Revision).order_by(Revision.version))
    assert [(one.version, one.status) for one in revisions] == [(1, Status.ARCHIVED), (2, Status.PUBLISHED)]


def test_publishing_an_unchanged_draft_writes_no_second_revision(session: Session) -> None:
    rows = _row(2, "多久发货", external_id="s-1")
    _import(session, rows)
    assert _counts(_import(session, rows, publish=True)) == (0, 1, 0, 0)
    assert session.exec(select(Revision.status)).all() == [Status.PUBLISHED]


def test_planning_alone_counts_what_would_happen_and_writes_nothing(session: Session) -> None:
    _import(session, _row(2, "多久发货", "两天内。", external_id="s-1"))
    rows = _row(2, "多久发货", "三天内。", external_id="s-1") + _row(3, "能开发票吗", shops=("s9",))
    plan = plan_import(session, rows, publish=True)
    session.commit()
    assert _counts(plan.report) == (1, 1, 0, 0)
    found = {table: len(session.exec(select(table)).all()) for table in (Card, Revision, QuestionRow, ReplyRow, Shop)}
    assert found == {Card: 1, Revision: 1, QuestionRow: 1, ReplyRow: 1, Shop: 0}
    assert _reply(session, 1) == "两天内。"

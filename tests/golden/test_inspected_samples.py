"""Inspected with the bundled cards, the sample conversations show every rule, and who is strong, new or improving."""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from api.services import inspection_memory
from app.inspection import InspectionReport, StoredInspector
from app.samples.conversations import load_conversations
from coaching.conversations.reading import EVERYBODYS
from coaching.conversations.tables import Message
from coaching.inspection.overview import Overview, Span, overview
from coaching.inspection.pending import Wanted
from coaching.inspection.rules import BY_ID
from coaching.inspection.tables import Finding
from kb.search.catalogue import Catalogue
from tests.golden.conftest import SAMPLES_LOADED_AT as NOW

ZONE = ZoneInfo("Asia/Shanghai")
TRAINED_DAYS_AGO = 15
TODAY = NOW.astimezone(ZONE).date()


@pytest.fixture(scope="module")
def inspected(samples: Engine, all_cards: Catalogue) -> InspectionReport:
    load_conversations(samples, NOW)
    inspector = StoredInspector(samples, all_cards, inspection_memory(all_cards), lambda: NOW, ZONE)
    return inspector.run(Wanted(), lambda _name, _total: lambda _count: None)


@pytest.fixture(scope="module")
def found(samples: Engine, inspected: InspectionReport) -> list[Finding]:
    assert (inspected.faulty, inspected.stored.outdated) == (0, 0)
    with Session(samples) as session:
        return list(session.exec(select(Finding)))


def test_every_rule_finds_something_in_the_samples(found: list[Finding]) -> None:
    hits = Counter(one.rule for one in found)
    assert [rule for rule in BY_ID if not hits[rule]] == [], hits


def test_every_finding_names_its_evidence(samples: Engine, found: list[Finding]) -> None:
    with Session(samples) as session:
        known = dict(session.exec(select(Message.id, Message.conversation_id)).all())
    for one in found:
        assert {known[message_id] for message_id in (*one.message_ids, *one.context_ids)} <= {one.conversation_id}
        assert one.agent is not None
        assert one.reason
        assert (one.card_id is None) == (one.card_version is None)


def test_the_strong_have_fewer_findings_than_the_new_and_the_trained_improve(
    samples: Engine, inspected: InspectionReport
) -> None:
    with Session(samples) as session:
        whole = overview(session, Span(TODAY - timedelta(42), TODAY), EVERYBODYS)
        before = overview(session, Span(TODAY - timedelta(42), TODAY - timedelta(TRAINED_DAYS_AGO)), EVERYBODYS)
        after = overview(session, Span(TODAY - timedelta(TRAINED_DAYS_AGO - 1), TODAY), EVERYBODYS)
    rate = _counted_per_conversation(whole)
    assert rate["qinghe-01"] < rate["qinghe-06"] / 2
    for trained in ("qinghe-05", "qinghe-08"):
        assert _counted_per_conversation(after)[trained] < _counted_per_conversation(before)[trained] / 2, trained


def _counted_per_conversation(seen: Overview) -> dict[str, float]:
    return {
        line.key: line.tally.counted / line.inspected.conversations
        for line in seen.by_agent
        if line.inspected.conversations
    }

"""Stored conversations, for whoever may see them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from coaching.conversations.arrivals import arrival_of
from coaching.conversations.content import ConversationIn
from coaching.conversations.reading import (
    EVERYBODYS,
    ConversationFilter,
    Viewer,
    find_conversation,
    get_conversation,
    list_conversations,
    transcripts,
)
from coaching.conversations.storing import Keeper
from coaching.conversations.transcript import rounds
from coaching.errors import ConversationNotFoundError
from tests.conftest import NOW


@pytest.fixture
def stored(session: Session) -> list[int]:
    """Three conversations: c1 at mian (linlin, then dapeng), c1 at bei (dapeng), 77 at mian (linlin)."""

    def one(**fields: Any) -> ConversationIn:
        messages = [
            {"role": "customer", "text": "在吗", "sent_at": "2026-11-01T02:00:00Z"},
            {"role": "agent", "text": "在的", "sent_at": "2026-11-01T02:00:09Z", "agent": fields.pop("writer", None)},
        ]
        return ConversationIn(**{"platform": "jd", "shop": "mian", "messages": messages, **fields})

    keeper = Keeper(session, NOW, None)
    kept = keeper.store(
        [
            arrival_of(one(conversation_id="c1", agent="linlin", writer="dapeng", phase="presale", customer="小鹿")),
            arrival_of(one(conversation_id="c1", shop="bei", agent="dapeng")),
            arrival_of(one(conversation_id="77", agent="linlin")),
        ]
    )
    session.commit()
    return [row.id or 0 for row in kept]


def test_rows_become_a_transcript_with_rounds(session: Session, stored: list[int]) -> None:
    [(_, transcript, ids)] = transcripts(session, [get_conversation(session, stored[0])])
    assert (transcript.platform, transcript.shop, transcript.agent, transcript.phase) == (
        "jd", "mian", "linlin", "presale",
    )  # fmt: skip
    assert [(line.index, line.role, line.agent) for line in transcript.lines] == [
        (0, "customer", None),
        (1, "agent", "dapeng"),
    ]
    assert len(ids) == len(set(ids)) == 2
    [only] = rounds(transcript)
    waited = (only.replies[0].sent_at, only.asked[0].sent_at)
    assert waited[0] is not None
    assert waited[1] is not None
    assert waited[0] - waited[1] == timedelta(seconds=9)


def test_found_by_row_or_by_the_shops_own_number_where_unmistakable(session: Session, stored: list[int]) -> None:
    assert find_conversation(session, str(stored[1])).shop == "bei"
    assert find_conversation(session, "77").id == stored[2]
    assert find_conversation(session, "c1", shop="bei").id == stored[1]
    with pytest.raises(ConversationNotFoundError, match="shop"):
        find_conversation(session, "c1")
    for number in ("c9", "99999", "9" * 40, "-1", "٣"):
        with pytest.raises(ConversationNotFoundError):
            find_conversation(session, number)


def test_what_is_not_ones_own_is_not_found(session: Session, stored: list[int]) -> None:
    of_mian, of_dapeng = Viewer(shops=frozenset({"mian"})), Viewer(only_agent="dapeng")
    with pytest.raises(ConversationNotFoundError):
        get_conversation(session, stored[1], of_mian)
    assert find_conversation(session, "c1", of_mian).id == stored[0]
    with pytest.raises(ConversationNotFoundError):
        get_conversation(session, stored[2], of_dapeng)
    assert [one.id for one in list_conversations(session, ConversationFilter(), of_dapeng, 9)] == stored[1::-1]


def test_lists_are_narrowed_and_paged(session: Session, stored: list[int]) -> None:
    def listed(limit: int = 9, before: int | None = None, **wanted: Any) -> list[int | None]:
        return [one.id for one in list_conversations(session, ConversationFilter(**wanted), EVERYBODYS, limit, before)]

    newest_first = stored[::-1]
    assert listed() == newest_first
    assert listed(2) == newest_first[:2]
    assert listed(2, newest_first[1]) == newest_first[2:]
    assert listed(shop="bei") == [stored[1]]
    assert listed(agent="linlin") == [stored[2], stored[0]]
    assert listed(customer="小鹿") == [stored[0]]
    assert listed(platform="tmall") == listed(since_at=NOW + timedelta(seconds=1)) == []

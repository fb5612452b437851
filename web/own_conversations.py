"""The agent's own page: what went well, then what could have been said better; nobody else's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlmodel import col, select
from starlette.responses import Response

from api.paging import AnyPaging
from coaching.conversations.reading import Viewer
from coaching.conversations.tables import Conversation, Message
from coaching.inspection.browsing import clean_talks, first_words
from coaching.inspection.listing import Shown, findings_of_agent
from coaching.inspection.overview import Overview, Span, overview
from coaching.inspection.rule import Dimension
from coaching.inspection.rules import BY_ID
from web.finding_notes import FindingNote, finding_note, tip_word
from web.visits import AgentVisit, Frame, Visit, answer

WEEKS = 4
NOTES_AT_ONCE = 10
"""Few: the page is for learning, not for counting."""
SHOWN_TALKS, SHOWN_PRAISE = 3, 3
PROGRESS_FROM = 2
"""So many findings fewer in the second half than in the first is progress worth naming."""
router = APIRouter(include_in_schema=False)


class GoodTalk(NamedTuple):
    """A conversation that went well."""

    address: str
    words: str
    """What the customer wrote first."""
    at: str
    rating: int
    """0: none was given."""


class OwnNote(NamedTuple):
    """A place where something better could have been said."""

    address: str
    at: str
    asked: str
    """The customer's words it is about; empty where none."""
    said: str
    """The agent's own; empty for the whole conversation."""
    note: FindingNote


@dataclass(frozen=True)
class OwnPage:
    """An agent's own page."""

    template: ClassVar[str] = "own.html"

    frame: Frame
    is_agent: bool
    weeks: int
    conversations: int
    praise: tuple[str, ...]
    talks: tuple[GoodTalk, ...]
    notes: tuple[OwnNote, ...]
    is_first: bool
    """The first page, which begins with what went well."""
    next: str


@router.get("/my/conversations")
def show_own(visit: AgentVisit, paging: AnyPaging) -> Response:
    """The last four weeks of whoever asks."""
    agent = visit.who.agent
    frame = visit.frame(visit.say("own.title"))
    if agent is None:
        return answer(visit, OwnPage(frame, False, WEEKS, 0, (), (), (), True, ""))
    today = visit.services.clock().astimezone(visit.services.zone).date()
    span = Span(today - timedelta(weeks=WEEKS) + timedelta(days=1), today)
    viewer = Viewer(visit.who.shops, agent)
    paging = replace(paging, limit=min(paging.limit, NOTES_AT_ONCE))
    days = (span.since_on, span.until_on)
    found = findings_of_agent(visit.session, agent, viewer, *days, paging.limit + 1, paging.after_id)
    page = paging.page(found, lambda one: one.finding.id, lambda one: one)
    following = urlencode({"cursor": page["next_cursor"]}) if page["next_cursor"] else ""
    is_first = paging.after is None
    read = overview(visit.session, span, viewer)
    clean = clean_talks(visit.session, agent, viewer, *days, SHOWN_TALKS)
    own = OwnPage(
        frame=frame,
        is_agent=True,
        weeks=WEEKS,
        conversations=read.inspected.conversations,
        praise=_praise(visit, read, clean.total, _half(visit, span, viewer)) if is_first else (),
        talks=_talks(visit, clean.best) if is_first else (),
        notes=_notes(visit, page["items"]),
        is_first=is_first,
        next=f"/my/conversations?{following}" if following else "",
    )
    return answer(visit, own)


def progress(before: Mapping[str, int], now: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """Rules with clearly fewer findings than before, the greatest step first: rule, before, now. Pure."""
    steps = [(rule, count, now.get(rule, 0)) for rule, count in before.items()]
    better = [step for step in steps if step[1] - step[2] >= PROGRESS_FROM]
    return sorted(better, key=lambda step: (step[2] - step[1], step[0]))


def _half(visit: Visit, span: Span, viewer: Viewer) -> list[tuple[str, int, int]]:
    """Progress of the span's second half over its first."""
    middle: date = span.until_on - timedelta(weeks=WEEKS // 2)
    halves = (Span(span.since_on, middle), Span(middle + timedelta(days=1), span.until_on))
    before, now = (
        {line.key: line.tally.counted for line in overview(visit.session, half, viewer).by_rule} for half in halves
    )
    return progress(before, now)


def _praise(visit: Visit, read: Overview, clean: int, steps: Sequence[tuple[str, int, int]]) -> tuple[str, ...]:
    said = [visit.say("own.praise.clean", clean=clean, read=read.inspected.conversations)] if clean else []
    said += [
        visit.say("own.praise.progress", tip=tip_word(visit, rule), before=before, now=now)
        for rule, before, now in steps[:1]
    ]
    touched = {BY_ID[line.key].dimension for line in read.by_rule if line.tally.counted and line.key in BY_ID}
    spotless = [one for one in _WARM if one not in touched]
    if spotless and read.inspected.conversations:
        names = "、".join(visit.say(f"dimension.{one}") for one in spotless[:3])
        said.append(visit.say("own.praise.spotless", dimensions=names))
    return tuple(said[:SHOWN_PRAISE])


_WARM = (
    Dimension.ATTITUDE,
    Dimension.EMOTION,
    Dimension.SOLVING,
    Dimension.SPEED,
    Dimension.EXPERTISE,
    Dimension.COMPLIANCE,
)
"""Praised in this order."""


def _talks(visit: Visit, talks: Sequence[Conversation]) -> tuple[GoodTalk, ...]:
    words = first_words(visit.session, [one.id or 0 for one in talks])
    return tuple(
        GoodTalk(
            f"/conversations/{one.id}",
            words.get(one.id or 0, "").strip() or visit.say("talks.silent"),
            visit.local_time(one.last_at),
            one.rating or 0,
        )
        for one in talks
    )


def _notes(visit: Visit, found: Sequence[Shown]) -> tuple[OwnNote, ...]:
    named = {number for one in found for number in (*one.finding.message_ids, *one.finding.context_ids)}
    rows = visit.session.exec(select(Message).where(col(Message.id).in_(named))).all()
    messages = {row.id or 0: row for row in rows}
    return tuple(_note(visit, one, messages) for one in found)


def _note(visit: Visit, one: Shown, messages: Mapping[int, Message]) -> OwnNote:
    finding = one.finding
    address = f"/conversations/{finding.conversation_id}"
    context = [messages[number] for number in finding.context_ids if number in messages]
    asked = next((row.text for row in context if row.role == "customer"), "")
    said = next((messages[number].text for number in finding.message_ids if number in messages), "")
    # The customer's words stand here already, and the whole conversation is one click away.
    note = replace(finding_note(visit, one, is_own=True, beside=said), others=())
    return OwnNote(f"{address}#f{finding.id}", visit.local_time(finding.said_at), asked, said, note)

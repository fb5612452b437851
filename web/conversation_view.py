"""One conversation as the customer saw it, with what inspection found beside the message it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, ClassVar, NamedTuple

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.identity import Role
from api.routes.conversations import viewer_of
from api.row_numbers import MAX_NUMBER
from coaching.conversations.merging import Stored
from coaching.conversations.reading import find_conversation, messages_of
from coaching.conversations.tables import Conversation
from coaching.inspection.listing import Shown, current_inspection, findings_of
from coaching.inspection.pending import is_pending
from coaching.inspection.rescoring import counts, rescored
from coaching.inspection.rule import Dimension
from coaching.inspection.tables import Inspection, Status
from web.choices import agent_names, shop_names
from web.finding_notes import MESSAGES_AT_ONCE, FindingNote, finding_note, page_of, rule_set_name, rule_word, tip_word
from web.visits import AgentVisit, Frame, Visit, answer

router = APIRouter(include_in_schema=False)


class Loss(NamedTuple):
    """Points a finding cost."""

    word: str
    points: float
    address: str


class DimensionRow(NamedTuple):
    """One dimension of the score."""

    word: str
    score: float | None
    """0 to 100; None: does not apply here."""
    weight: float
    losses: tuple[Loss, ...]


@dataclass(frozen=True)
class ScorePart:
    """The score, explained."""

    template: ClassVar[str] = "score.html"

    score: float | None
    """0 to 100; None: nothing applies."""
    failed: bool
    dimensions: tuple[DimensionRow, ...]
    rule_set: str
    waiting: int
    """Findings that cost nothing until a reviewer confirms them."""


class Turn(NamedTuple):
    """One message with what was found in it."""

    number: int
    role: str
    who: str
    text: str
    at: str
    day: str
    """Where a new day begins, its date; else empty."""
    is_named: bool
    """Some finding is about it."""
    notes: tuple[FindingNote, ...]


@dataclass(frozen=True)
class ConversationPage:
    """A conversation, to be read."""

    template: ClassVar[str] = "conversation.html"

    frame: Frame
    customer: str
    facts: tuple[tuple[str, str], ...]
    turns: tuple[Turn, ...]
    whole: tuple[FindingNote, ...]
    """About the conversation as a whole."""
    score: ScorePart | None
    """None: not inspected yet."""
    is_pending: bool
    """It changed since, or was never inspected."""
    is_own: bool
    """Read by an agent, who sees what is theirs."""
    findings: int
    earlier: str
    later: str
    """Addresses of the messages before and after these; empty where there are none."""
    back: str
    back_label: str


@router.get("/conversations/{conversation_id}")
def show_conversation(
    conversation_id: Annotated[str, Path(max_length=200)],
    visit: AgentVisit,
    start: Annotated[int, Query(ge=0, le=MAX_NUMBER)] = 0,
) -> Response:
    """A conversation the visitor may see; agents their own, with what is theirs to learn from."""
    viewer = viewer_of(visit.who)
    found = find_conversation(visit.session, conversation_id, viewer)
    messages = messages_of(visit.session, found)
    shown = findings_of(visit.session, found, viewer)
    inspection = current_inspection(visit.session, found.id or 0)
    start -= start % MESSAGES_AT_ONCE
    reader = TalkReader(visit, f"/conversations/{found.id}", shown, is_own=viewer.only_agent is not None)
    turns = reader.turns(messages[start : start + MESSAGES_AT_ONCE], found)
    is_trainer = visit.who.role.allows(Role.TRAINER)
    page = ConversationPage(
        frame=visit.frame(visit.say("talk.title", customer=found.customer or found.external_id)),
        customer=found.customer or visit.say("said.customer"),
        facts=_facts(visit, found, inspection),
        turns=turns,
        whole=reader.whole(),
        score=_score(visit, inspection, reader) if inspection else None,
        is_pending=is_pending(visit.session, found),
        is_own=reader.is_own,
        findings=len(shown),
        earlier=page_of(reader.address, start - 1) if start else "",
        later=page_of(reader.address, start + MESSAGES_AT_ONCE) if start + MESSAGES_AT_ONCE < len(messages) else "",
        back="/conversations" if is_trainer else "/my/conversations",
        back_label=visit.say("talks.title" if is_trainer else "own.title"),
    )
    return answer(visit, page)


@dataclass(frozen=True)
class TalkReader:
    """Puts messages and findings together."""

    visit: Visit
    address: str
    shown: Sequence[Shown]
    is_own: bool
    _by_index: dict[int, list[Shown]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.shown:
            if one.message_index:
                self._by_index.setdefault(one.message_index[0], []).append(one)

    def turns(self, messages: Sequence[Stored], conversation: Conversation) -> tuple[Turn, ...]:
        """The messages of one page."""
        named = {index for one in self.shown for index in one.message_index}
        names = agent_names(self.visit, {one.agent or conversation.agent for one in messages})
        turns, last = [], None
        for one in messages:
            day = self._day(one.sent_at)
            turn = self._turn(one, names, conversation)
            turns.append(turn._replace(day=day.isoformat() if day and day != last else "", is_named=one.index in named))
            last = day or last
        return tuple(turns)

    def whole(self) -> tuple[FindingNote, ...]:
        """What is about no single message."""
        return tuple(
            finding_note(self.visit, one, is_own=self.is_own, address=self.address)
            for one in self.shown
            if not one.message_index
        )

    def losses(self) -> Mapping[str, list[Loss]]:
        """What each dimension's findings cost."""
        found: dict[str, list[Loss]] = {}
        for one in filter(lambda one: counts(one.finding), self.shown):
            name = (tip_word if self.is_own else rule_word)(self.visit, one.finding.rule)
            place = page_of(self.address, one.message_index[0]) if one.message_index else self.address
            loss = Loss(name, one.finding.points, f"{place}#f{one.finding.id}")
            found.setdefault(one.finding.dimension, []).append(loss)
        return found

    def _turn(self, one: Stored, names: Mapping[str, str], conversation: Conversation) -> Turn:
        agent = one.agent or conversation.agent or ""
        who = names.get(agent, agent) if one.role == "agent" else ""
        notes = [
            finding_note(self.visit, found, is_own=self.is_own, beside=one.text, address=self.address)
            for found in self._by_index.get(one.index, ())
        ]
        at = one.sent_at.astimezone(self.visit.services.zone).strftime("%H:%M") if one.sent_at else ""
        return Turn(one.index + 1, one.role, who, one.text, at, "", False, tuple(notes))

    def _day(self, moment: datetime | None) -> date | None:
        return moment.astimezone(self.visit.services.zone).date() if moment else None


def _score(visit: Visit, inspection: Inspection, reader: TalkReader) -> ScorePart:
    # Reckoned from the findings the visitor sees, so that points and findings always agree.
    whole = rescored(inspection, (one.finding for one in reader.shown))
    losses = reader.losses()
    rows = []
    for dimension in Dimension:
        found = whole.dimensions.get(dimension)
        word = visit.say(f"dimension.{dimension}")
        score, weight = (found.score, found.weight) if found else (None, 0.0)
        rows.append(DimensionRow(word, score, weight, tuple(losses.get(dimension, ()))))
    waiting = sum(one.finding.status == Status.OPEN and not counts(one.finding) for one in reader.shown)
    name = rule_set_name(visit, inspection.rule_set, inspection.rule_set_version)
    return ScorePart(whole.score, whole.failed, tuple(rows), name, waiting)


def _facts(visit: Visit, one: Conversation, inspection: Inspection | None) -> tuple[tuple[str, str], ...]:
    names, pace = agent_names(visit, {one.agent}), inspection.pace if inspection else {}
    yes_no = {True: visit.say("talk.paid.yes"), False: visit.say("talk.paid.no"), None: ""}
    facts = {
        "shop": shop_names(visit).get(one.shop, one.shop),
        "platform": visit.say(f"platform.{one.platform}"),
        "agent": names.get(one.agent or "", one.agent or ""),
        "phase": visit.say(f"phase.{one.phase}") if one.phase else "",
        "product": one.product or "",
        "rating": visit.say("talk.rating.stars", stars=one.rating) if one.rating else "",
        "paid": yes_no[one.paid],
        "first": _wait(visit, pace.get("first_response_s")),
        "average": _wait(visit, pace.get("average_response_s")),
        "number": one.external_id,
    }
    return tuple((visit.say(f"talk.{name}"), text) for name, text in facts.items() if text)


def _wait(visit: Visit, seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 120:
        return visit.say("talk.seconds", count=round(seconds))
    return visit.say("talk.minutes", count=round(seconds / 60))

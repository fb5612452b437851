"""Conversations to read: the list, narrowed and in pages, newest talk first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, ClassVar, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from pydantic import BeforeValidator
from starlette.responses import Response

from api.errors import InvalidRequestError
from api.looking_up import check_shop
from api.lookup_models import MaybePlatform
from api.paging import AnyPaging
from api.routes.conversations import viewer_of
from api.row_numbers import number_in
from coaching.inspection.browsing import GOOD_FROM, MIDDLE_FROM, Browsed, Place, ScoreBand, Wanted, browse
from kb.content import MaybeShort
from web import choices
from web.choices import ChoiceList
from web.conversation_import import COUNTS
from web.finding_notes import rule_choices, rule_word
from web.visits import Frame, TrainerVisit, Visit, answer

MaybeDay = Annotated[date | None, BeforeValidator(lambda value: value or None)]
"""A day of a form; left empty it is none."""
MaybeBand = Annotated[ScoreBand | None, BeforeValidator(lambda value: value or None)]
SHOWN_RULES = 4
_ALWAYS = timedelta(days=1)
"""Room at both ends of the calendar for time zones."""

router = APIRouter(include_in_schema=False)


class ScoreWord(NamedTuple):
    """A score as a list shows it."""

    text: str
    """The number, or why there is none."""
    look: str
    """`good`, `fair`, `weak` or `none`."""


class ConversationRow(NamedTuple):
    """One conversation in the list."""

    address: str
    words: str
    """What the customer wrote first."""
    customer: str
    place: str
    agent: str
    at: str
    messages: int
    score: ScoreWord
    rules: tuple[str, ...]
    more: int
    """Rules that are not named."""
    unsure: int


@dataclass(frozen=True)
class ConversationsPage:
    """A page of conversations."""

    template: ClassVar[str] = "conversations.html"

    frame: Frame
    filters: tuple[ChoiceList, ...]
    since: str
    until: str
    rows: tuple[ConversationRow, ...]
    next: str
    is_filtered: bool
    imported: str
    """What an import has just done; empty for none."""


def _wanted(
    shop: Annotated[MaybeShort, Query()] = None,
    platform: Annotated[MaybePlatform, Query()] = None,
    agent: Annotated[MaybeShort, Query()] = None,
    since: Annotated[MaybeDay, Query()] = None,
    until: Annotated[MaybeDay, Query()] = None,
    score: Annotated[MaybeBand, Query()] = None,
    rule: Annotated[MaybeShort, Query()] = None,
) -> Wanted:
    return Wanted(shop, platform, agent, since, until, score, rule)


AnyWanted = Annotated[Wanted, Depends(_wanted)]


@router.get("/conversations")
def list_conversations(visit: TrainerVisit, paging: AnyPaging, wanted: AnyWanted) -> Response:
    """Conversations of the visitor's shops."""
    check_shop(visit.who, wanted.shop)
    viewer = viewer_of(visit.who)
    found = browse(visit.session, wanted, viewer, _moments(visit, wanted), paging.limit + 1, _place(paging.after))
    page = paging.page(found, _key, lambda one: one)
    again = {
        "shop": wanted.shop,
        "platform": wanted.platform,
        "agent": wanted.agent,
        "since": wanted.since_on,
        "until": wanted.until_on,
        "score": wanted.band,
        "rule": wanted.rule,
    }
    again = {name: str(value) for name, value in again.items() if value}
    following = urlencode({**again, "cursor": page["next_cursor"]}) if page["next_cursor"] else ""
    rows = _rows(visit, page["items"])
    return answer(
        visit,
        ConversationsPage(
            frame=visit.frame(visit.say("talks.title")),
            filters=_filters(visit, wanted),
            since=str(wanted.since_on or ""),
            until=str(wanted.until_on or ""),
            rows=rows,
            next=f"/conversations?{following}" if following else "",
            is_filtered=bool(again),
            imported=_imported(visit),
        ),
    )


def score_word(visit: Visit, score: float | None, failed: bool) -> ScoreWord:
    """A score as a list shows it."""
    if failed:
        return ScoreWord(visit.say("band.failed"), "weak")
    if score is None:
        return ScoreWord("–", "none")
    look = "good" if score >= GOOD_FROM else "fair" if score >= MIDDLE_FROM else "weak"
    return ScoreWord(f"{score:g}", look)


def _rows(visit: Visit, found: list[Browsed]) -> tuple[ConversationRow, ...]:
    shops = choices.shop_names(visit)
    agents = choices.agent_names(visit, {one.conversation.agent for one in found})
    return tuple(_row(visit, one, shops, agents) for one in found)


def _row(visit: Visit, one: Browsed, shops: dict[str, str], agents: dict[str, str]) -> ConversationRow:
    talk, inspection = one.conversation, one.inspection
    return ConversationRow(
        address=f"/conversations/{talk.id}",
        words=one.first_words.strip() or visit.say("talks.silent"),
        customer=talk.customer or visit.say("said.customer"),
        place=f"{shops.get(talk.shop, talk.shop)} · {visit.say(f'platform.{talk.platform}')}",
        agent=agents.get(talk.agent or "", talk.agent or "–"),
        at=visit.local_time(talk.last_at),
        messages=talk.message_count,
        score=score_word(visit, inspection.score if inspection else None, bool(inspection and inspection.failed)),
        rules=tuple(rule_word(visit, rule) for rule in one.rules[:SHOWN_RULES]),
        more=max(0, len(one.rules) - SHOWN_RULES),
        unsure=one.unsure,
    )


def _filters(visit: Visit, wanted: Wanted) -> tuple[ChoiceList, ...]:
    offered = (
        ("shop", choices.shops(visit), wanted.shop),
        ("platform", choices.platforms(visit), wanted.platform),
        ("agent", choices.agents(visit), wanted.agent),
        ("score", choices.words(visit, "band", ScoreBand), wanted.band),
        ("rule", rule_choices(visit), wanted.rule),
    )
    return tuple(
        ChoiceList(name, visit.say(f"filter.{name}"), visit.say("filter.any"), str(chosen or ""), given)
        for name, given, chosen in offered
    )


def _moments(visit: Visit, wanted: Wanted) -> tuple[datetime | None, datetime | None]:
    """Beginning of the first day and end of the last, where people here are."""
    zone = visit.services.zone

    def begin(day: date | None, more: int) -> datetime | None:
        if day is None or not date.min + _ALWAYS < day < date.max - _ALWAYS:
            return None
        return datetime.combine(day + timedelta(more), time(), zone)

    return begin(wanted.since_on, 0), begin(wanted.until_on, 1)


def _key(one: Browsed) -> str:
    return f"{one.conversation.last_at.isoformat()} {one.conversation.id}"


def _place(key: str | None) -> Place | None:
    if key is None:
        return None
    moment, _, number = key.partition(" ")
    try:
        last_at, row = datetime.fromisoformat(moment), number_in(number)
    except ValueError:
        row = None
    if row is None or last_at.tzinfo is None:
        raise InvalidRequestError("cursor", "cursor")
    return Place(last_at, row)


def _imported(visit: Visit) -> str:
    asked = visit.request.query_params
    counts = {name: asked.get(name, "") for name in (*COUNTS, "messages")}
    return visit.say("talks.import.done", **counts) if all(one.isdecimal() for one in counts.values()) else ""

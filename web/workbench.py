"""The agent's page: the conversation, the reply, and what is suggested for it."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from api.errors import NothingAskedError
from api.looking_up import Place, Remembered, answer_conversation
from api.row_numbers import number_in
from kb.content import without_controls
from kb.feedback import EventKind, record_event
from kb.suggestion.questions import Said
from kb.vocabulary import Phase, Platform
from web import choices
from web.choices import Choice
from web.samples import offers_removal
from web.suggestion_views import KEYS, SuggestionList, in_turn, nothing_yet, suggestion_list
from web.transcript import read_transcript, write_transcript
from web.visits import AgentVisit, Frame, Visit, answer

ID_HEADER = "X-Suggestion-Id"
"""Tells a script under which id a lookup was remembered."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Talk:
    """All that the page's form holds."""

    text: str = ""
    """What the customer has written and nobody answered."""
    earlier: str = ""
    """What was said before, as a transcript."""
    reply: str = ""
    place: str = ""
    """`shop:CODE`, `platform:CODE` or nothing."""
    phase: str = ""
    product: str = ""
    customer: str = ""

    @property
    def messages(self) -> list[Said]:
        """The whole conversation."""
        return [*read_transcript(self.earlier), *read_transcript(self.text)]

    @property
    def asked_in(self) -> Place:
        """Where it is asked."""
        side, _, code = self.place.partition(":")
        return Place(
            shop=code if side == "shop" and code else None,
            platform=Platform(code) if side == "platform" and code in set(Platform) else None,
            product=self.product or None,
            phase=Phase(self.phase) if self.phase in set(Phase) else None,
        )


@dataclass(frozen=True)
class SaidPart:
    """What was said before, for reading and for the next lookup."""

    template: ClassVar[str] = "said.html"

    said: tuple[Said, ...]
    earlier: str


@dataclass(frozen=True)
class WorkbenchPage:
    """The whole page."""

    template: ClassVar[str] = "workbench.html"

    frame: Frame
    talk: Talk
    said: SaidPart
    shops: tuple[Choice, ...]
    platforms: tuple[Choice, ...]
    phases: tuple[Choice, ...]
    products: tuple[Choice, ...]
    suggestions: SuggestionList
    has_samples: bool
    """Whether to offer taking the sample company away."""


def read_talk(
    text: Annotated[str, Form()] = "",
    earlier: Annotated[str, Form()] = "",
    reply: Annotated[str, Form()] = "",
    place: Annotated[str, Form()] = "",
    phase: Annotated[str, Form()] = "",
    product: Annotated[str, Form()] = "",
    customer: Annotated[str, Form()] = "",
) -> Talk:
    """The form as it was sent."""
    return Talk(*(without_controls(value) for value in (text, earlier, reply, place, phase, product, customer)))


@router.get("/")
def open_workbench(visit: AgentVisit, text: str = "") -> Response:
    """The page, empty or with a customer's words to begin with."""
    talk = Talk(text=without_controls(text))
    return _page(visit, talk, _look_up(visit, talk, is_settled=True) if text else None)


@router.post("/")
def work(
    visit: AgentVisit,
    talk: Annotated[Talk, Depends(read_talk)],
    do: Annotated[str, Form()] = "look",
    suggestion_id: Annotated[str, Form()] = "",
    card_id: Annotated[str, Form()] = "",
) -> Response:
    """Looks up what the customer wrote; the buttons of the form work without scripts too.

    `do`: `draft` (still typing: remembered nowhere), `look`, `inserted:CARD:NUMBER`, `sent`,
    `dismissed`, `new`.
    """
    what, _, which = do.partition(":")
    if what == "new":
        return _page(visit, Talk(place=talk.place, phase=talk.phase))
    if what == EventKind.SENT:
        return _sent(visit, talk, suggestion_id, card_id)
    found = _look_up(visit, talk, is_settled=what == "look")
    if what in ("look", "draft") or not suggestion_id:
        return _page(visit, talk, found)
    if what == EventKind.INSERTED:
        talk = _insert(visit, talk, found, suggestion_id, which)
    elif what == EventKind.DISMISSED:
        _note(visit, suggestion_id, EventKind.DISMISSED)
    return _page(visit, talk, replace(found, suggestion_id=suggestion_id) if found else None)


def _sent(visit: Visit, talk: Talk, suggestion_id: str, card_id: str) -> Response:
    """The reply joins what was said; the boxes are empty for what comes next."""
    if not talk.reply.strip():
        return _page(visit, talk, _look_up(visit, talk, is_settled=False))
    if suggestion_id:
        _note(visit, suggestion_id, EventKind.SENT, number_in(card_id), talk.reply)
    said = write_transcript([*talk.messages, Said("agent", talk.reply)])
    after = Talk("", said, "", talk.place, talk.phase, talk.product, talk.customer)
    return answer(visit, _said(after)) if visit.wants_part else _page(visit, after)


def _look_up(visit: Visit, talk: Talk, *, is_settled: bool) -> Remembered | None:
    """What answers the conversation; None where nobody waits for an answer."""
    if not talk.text.strip():
        return None
    try:
        found = answer_conversation(
            visit.session, visit.services, visit.who, talk.messages, talk.asked_in, talk.customer or None
        )
    except NothingAskedError:
        return None
    found = replace(found, found=replace(found.found, cards=in_turn(found.found.cards)[:KEYS]))
    if is_settled:
        return found
    visit.session.rollback()  # words somebody is still typing leave no trace, and no gap
    return replace(found, suggestion_id="")


def _insert(visit: Visit, talk: Talk, found: Remembered | None, suggestion_id: str, which: str) -> Talk:
    """Puts a phrasing, given as `CARD:NUMBER`, under what the reply holds already."""
    card_id, _, written = which.partition(":")
    number = number_in(written)
    for card in found.found.cards if found else ():
        if str(card.entry.card_id) == card_id and number is not None and number < len(card.replies):
            _note(visit, suggestion_id, EventKind.INSERTED, card.entry.card_id)
            return replace(talk, reply="\n".join(filter(None, (talk.reply, card.replies[number].text))))
    return talk


def _note(
    visit: Visit, suggestion_id: str, kind: EventKind, card_id: int | None = None, text: str | None = None
) -> None:
    now = visit.services.clock()
    record_event(visit.session, suggestion_id, kind, visit.who.actor_id, now, card_id, text)


def _page(visit: Visit, talk: Talk, found: Remembered | None = None) -> Response:
    shown = suggestion_list(visit, found.found, found.suggestion_id, found.took_ms) if found else nothing_yet(visit)
    response = answer(visit, shown) if visit.wants_part else answer(visit, _workbench(visit, talk, shown))
    if found and found.suggestion_id:
        response.headers[ID_HEADER] = found.suggestion_id
    return response


def _workbench(visit: Visit, talk: Talk, shown: SuggestionList) -> WorkbenchPage:
    return WorkbenchPage(
        frame=visit.frame(visit.say("workbench.title")),
        talk=talk,
        said=_said(talk),
        shops=choices.shops(visit, "shop:"),
        platforms=choices.platforms(visit, "platform:"),
        phases=choices.words(visit, "phase", (Phase.PRESALE, Phase.INSALE, Phase.AFTERSALE)),
        products=choices.products(visit),
        suggestions=shown,
        has_samples=offers_removal(visit),
    )


def _said(talk: Talk) -> SaidPart:
    return SaidPart(tuple(read_transcript(talk.earlier)), talk.earlier)

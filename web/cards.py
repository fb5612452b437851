"""Cards to read: the list, one card with its versions, and the buttons that publish and archive."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.card_models import card_out
from api.deps import start_writing
from api.identity import Role
from api.paging import AnyPaging
from api.routes import cards as api_cards
from api.routes.cards import AnyCardFilter
from api.row_numbers import CardId, RowNumber
from kb.cards.reading import get_card, may_write
from kb.content import Fact
from kb.errors import CardNotFoundError
from kb.vocabulary import Risk, Status
from web import choices
from web.answers import told
from web.choices import ChoiceList
from web.suggestion_views import Piece, fact_text, image_links, labels_of, phrasing_labels, pieces_of
from web.visits import AgentVisit, Frame, TrainerVisit, Visit, answer, see_other

router = APIRouter(include_in_schema=False)


class CardRow(NamedTuple):
    """One card in the list."""

    card_id: int
    external_id: str
    question: str
    labels: tuple[str, ...]
    shops: str
    status: str
    status_word: str
    version: int
    is_answering: bool
    """Whether some version of it answers customers."""


@dataclass(frozen=True)
class CardsPage:
    """A page of cards."""

    template: ClassVar[str] = "cards.html"

    frame: Frame
    words: str
    filters: tuple[ChoiceList, ...]
    rows: tuple[CardRow, ...]
    next: str
    """Address of the next page; empty on the last."""
    is_filtered: bool
    imported: str
    """What an import has just done; empty for none."""


class PhrasingRow(NamedTuple):
    """One phrasing of a card."""

    label: str
    scene: str
    text: str
    pieces: tuple[Piece, ...]
    images: tuple[str, ...]


class VersionRow(NamedTuple):
    """One version of a card."""

    version: int
    status: str
    status_word: str
    saved_at: str
    note: str
    is_shown: bool


class Line(NamedTuple):
    """A label with its text."""

    label: str
    text: str


@dataclass(frozen=True)
class CardPage:
    """One card, to be read."""

    template: ClassVar[str] = "card.html"

    frame: Frame
    card_id: int
    question: str
    labels: tuple[str, ...]
    status: str
    status_word: str
    version: int
    published_version: int | None
    similar: tuple[str, ...]
    negative: tuple[str, ...]
    phrasings: tuple[PhrasingRow, ...]
    facts: tuple[str, ...]
    key_points: tuple[Line, ...]
    scope: tuple[Line, ...]
    is_risky: bool
    source: str
    checked_on: str
    """Empty while nobody has read the source."""
    versions: tuple[VersionRow, ...]
    older: str
    """Address with the versions before these; empty where there are none."""
    can_publish: bool
    can_archive: bool


@router.get("/cards")
def list_cards(
    visit: TrainerVisit,
    paging: AnyPaging,
    wanted: AnyCardFilter,
) -> Response:
    """Cards at their newest version."""
    found = told(api_cards.list_all(visit.who, visit.session, paging, wanted))
    chosen = {name: getattr(wanted, name) for name in ("status", "kind", "phase", "intent", "shop")}
    again = {**chosen, "external_id": wanted.external_id, "q": wanted.text}
    again = {name: value for name, value in again.items() if value}
    following = urlencode({**again, "cursor": found["next_cursor"]}) if found["next_cursor"] else ""
    page = CardsPage(
        frame=visit.frame(visit.say("cards.title")),
        words=wanted.text or "",
        filters=choices.filters(visit, **chosen),
        rows=tuple(_row(visit, card) for card in found["items"]),
        next=f"/cards?{following}" if following else "",
        is_filtered=bool(again),
        imported=_imported(visit),
    )
    return answer(visit, page)


@router.get("/cards/{card_id}")
def show_card(
    card_id: CardId, visit: AgentVisit, paging: AnyPaging, version: Annotated[RowNumber | None, Query()] = None
) -> Response:
    """A card at the version that answers; for trainers at the newest, or at `version`. The versions come in pages."""
    card = told(api_cards.read(card_id, visit.who, visit.session))
    if not visit.who.role.allows(Role.TRAINER):
        if version not in (None, card["version"]):
            raise CardNotFoundError(visit.say("card.no_such_version", version=version))
        return answer(visit, _card_page(visit, card, card, {"items": [], "next_cursor": None}))
    shown = card if version is None else card_out(get_card(visit.session, card_id, version=version))
    versions = told(api_cards.revisions(card_id, visit.who, visit.session, paging))
    return answer(visit, _card_page(visit, shown, card, versions))


@router.post("/cards/{card_id}/publish")
def publish(card_id: CardId, visit: TrainerVisit) -> Response:
    """Has the newest version answer from now on."""
    start_writing(visit.session)
    api_cards.publish(card_id, visit.who, visit.services, visit.session)
    return see_other(f"/cards/{card_id}?done=published")


@router.post("/cards/{card_id}/archive")
def archive(card_id: CardId, visit: TrainerVisit) -> Response:
    """Has the card stop answering."""
    start_writing(visit.session)
    api_cards.archive(card_id, visit.who, visit.services, visit.session)
    return see_other(f"/cards/{card_id}?done=archived")


def _row(visit: Visit, card: Mapping[str, Any]) -> CardRow:
    return CardRow(
        card_id=card["card_id"],
        external_id=card["external_id"],
        question=card["standard_question"],
        labels=labels_of(visit, card["kind"], card["phase"], card["intent"]),
        shops="、".join(card["shops"]),
        status=card["status"],
        status_word=visit.say(f"status.{card['status']}"),
        version=card["version"],
        is_answering=card["published_version"] is not None,
    )


def _imported(visit: Visit) -> str:
    counts = {name: visit.request.query_params.get(name, "") for name in ("created", "updated", "unchanged", "refused")}
    if not all(count.isdecimal() for count in counts.values()):
        return ""
    return visit.say("import.done", **counts)


def _card_page(
    visit: Visit, shown: Mapping[str, Any], newest: Mapping[str, Any], versions: Mapping[str, Any]
) -> CardPage:
    is_newest = shown["version"] == newest["version"]
    writes = visit.who.role.allows(Role.TRAINER) and may_write(newest["shops"], visit.who.shops)
    names = phrasing_labels(visit, [reply.get("tone") for reply in shown["replies"]])
    older = urlencode({"version": shown["version"], "cursor": versions["next_cursor"]})
    return CardPage(
        frame=visit.frame(shown["standard_question"]),
        card_id=shown["card_id"],
        question=shown["standard_question"],
        labels=labels_of(visit, shown["kind"], shown["phase"], shown["intent"]),
        status=shown["status"],
        status_word=visit.say(f"status.{shown['status']}"),
        version=shown["version"],
        published_version=newest["published_version"],
        similar=tuple(shown["similar_questions"]),
        negative=tuple(shown["negative_questions"]),
        phrasings=tuple(_phrasing(name, reply) for name, reply in zip(names, shown["replies"], strict=True)),
        facts=tuple(fact_text(Fact.model_validate(fact)) for fact in shown["facts"]),
        key_points=tuple(Line(point["text"], "、".join(point["wordings"])) for point in shown["key_points"]),
        scope=_scope(visit, shown),
        is_risky=shown["risk"] == Risk.HIGH,
        source=shown["source"],
        checked_on=shown["checked_on"] or "",
        versions=tuple(_version(visit, one, shown["version"]) for one in versions["items"]),
        older=f"/cards/{shown['card_id']}?{older}" if versions["next_cursor"] else "",
        can_publish=writes and is_newest and newest["status"] in (Status.DRAFT, Status.IN_REVIEW),
        can_archive=writes and is_newest and newest["status"] != Status.ARCHIVED,
    )


def _phrasing(label: str, reply: Mapping[str, Any]) -> PhrasingRow:
    text = reply["text"]
    return PhrasingRow(label, reply.get("scene") or "", text, pieces_of(text), image_links(reply.get("images") or ()))


def _version(visit: Visit, one: Mapping[str, Any], shown: int) -> VersionRow:
    return VersionRow(
        version=one["version"],
        status=one["status"],
        status_word=visit.say(f"status.{one['status']}"),
        saved_at=visit.local_time(datetime.fromisoformat(one["saved_at"])),
        note=one["note"],
        is_shown=one["version"] == shown,
    )


def _scope(visit: Visit, card: Mapping[str, Any]) -> tuple[Line, ...]:
    everywhere, always = visit.say("card.everywhere"), visit.say("card.always")
    validity = " – ".join((card["valid_from"] or "", card["valid_until"] or "")).strip()
    return (
        Line(
            visit.say("scope.platforms"),
            "、".join(visit.say(f"platform.{one}") for one in card["platforms"]) or everywhere,
        ),
        Line(visit.say("scope.shops"), "、".join(card["shops"]) or everywhere),
        Line(visit.say("scope.product"), "、".join(card["products"]) or everywhere),
        Line(visit.say("card.validity"), validity if validity.strip("– ") else always),
        Line(visit.say("card.owner"), card["owner"] or "–"),
        Line(visit.say("card.number"), card["external_id"] or "–"),
    )

"""Suggest and search as a request makes them: whose scope, which known variables, and remembering the answer.

Used by the JSON routes and by the pages alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from sqlmodel import Session

from api.errors import ForbiddenError, NothingAskedError, TooLargeError
from api.identity import Identity
from api.limits import MAX_MESSAGE_CHARS
from api.services import Services
from kb.cards.tables import Product, Shop
from kb.errors import EmptyTextError
from kb.feedback import Lookup, Shown
from kb.search.scope import Scope
from kb.search.searching import Sought, search_cards
from kb.suggestion.questions import Said
from kb.suggestion.suggesting import Asked, Suggested, SuggestedCard, show_cards, suggest
from kb.vocabulary import Kind, Phase, Platform


@dataclass(frozen=True)
class Place:
    """Where something is asked; None leaves a side open."""

    shop: str | None = None
    platform: Platform | None = None
    product: str | None = None
    phase: Phase | None = None


@dataclass(frozen=True)
class Remembered:
    """An answer with the id under which it is remembered."""

    suggestion_id: str
    found: Suggested
    took_ms: float


@dataclass(frozen=True)
class Filters:
    """What a search is narrowed to; None leaves a side open."""

    kind: Kind | None = None
    phase: Phase | None = None
    intent: str | None = None


@dataclass(frozen=True)
class _Known:
    """What the database says of the shop and the product named."""

    shop: Shop | None
    product: Product | None


def answer_conversation(
    session: Session,
    services: Services,
    identity: Identity,
    messages: Sequence[Said],
    place: Place,
    customer_name: str | None = None,
    top_k: int = 5,
) -> Remembered:
    """Suggestions for the customer's waiting words, remembered.

    Raises:
        NothingAskedError: the customer wrote nothing.
        TooLargeError: a message is longer than 20,000 characters.
        ForbiddenError: the shop is not among the asker's.
    """
    started = perf_counter()
    asked = asked_in(session, identity, messages, place, services.clock(), customer_name, top_k)
    try:
        found = suggest(session, services.catalogue, asked)
    except EmptyTextError as error:
        raise NothingAskedError(str(error), "messages") from error
    return _remember(session, services, identity, "suggest", found, asked, started)


def asked_in(
    session: Session,
    identity: Identity,
    messages: Sequence[Said],
    place: Place,
    now: datetime,
    customer_name: str | None = None,
    top_k: int = 5,
) -> Asked:
    """A conversation with what the database knows of its place: the shop's platform, and the names replies need.

    Raises:
        TooLargeError: a message is longer than 20,000 characters.
        ForbiddenError: the shop is not among the asker's.
    """
    for message in messages:
        check_length(message.text)
    known = _known(session, place)
    return Asked(messages, _scope(identity, place, known), now, top_k, _variables(known, identity, customer_name))


def answer_search(
    session: Session, services: Services, identity: Identity, text: str, place: Place, filters: Filters, limit: int
) -> Remembered:
    """What a person's search found, remembered.

    Raises:
        NothingAskedError: nothing to look for.
        TooLargeError: longer than 20,000 characters.
        ForbiddenError: the shop is not among the asker's.
    """
    started = perf_counter()
    check_length(text)
    known = _known(session, place)
    scope = _scope(identity, place, known)
    now = services.clock()
    sought = Sought(text, scope, now, limit, filters.kind, filters.phase, filters.intent)
    try:
        result = search_cards(services.catalogue, services.pinyin, sought)
    except EmptyTextError as error:
        raise NothingAskedError(str(error), "q") from error
    asked = Asked((), scope, now, limit, _variables(known, identity, None))
    cards: tuple[SuggestedCard, ...] = show_cards(session, services.catalogue, text, result.ranked, asked)
    # A search that was narrowed by hand and found nothing there says nothing of what is missing.
    narrowed = filters != Filters()
    unanswered = (text,) if result.reason == "no_match" and not narrowed else ()
    found = Suggested(text, (text,), cards, result.reason is not None, result.reason, unanswered)
    return _remember(session, services, identity, "search", found, asked, started)


def check_length(text: str) -> None:
    """Lets a text through.

    Raises:
        TooLargeError: longer than 20,000 characters.
    """
    if len(text) > MAX_MESSAGE_CHARS:
        raise TooLargeError(f"一条消息最多 {MAX_MESSAGE_CHARS:,} 字，这条有 {len(text):,} 字；请只发要问的部分。")


def check_shop(identity: Identity, shop: str | None) -> None:
    """Lets somebody ask for a shop.

    Raises:
        ForbiddenError: it is not among their own.
    """
    if not identity.may_see(shop):
        raise ForbiddenError(f"店铺“{shop}”不在您的店铺里，请检查 shop，或请管理员开通。")


def _known(session: Session, place: Place) -> _Known:
    shop = session.get(Shop, place.shop) if place.shop else None
    return _Known(shop, session.get(Product, place.product) if place.product else None)


def _scope(identity: Identity, place: Place, known: _Known) -> Scope:
    check_shop(identity, place.shop)
    # A shop that an import made has no platform yet: `other` there means unknown.
    of_shop = known.shop.platform if known.shop and known.shop.platform != Platform.OTHER else None
    return Scope(place.shop, place.platform or of_shop, place.product, place.phase, identity.shops)


def _variables(known: _Known, identity: Identity, customer_name: str | None) -> Mapping[str, str]:
    variables = {"买家昵称": customer_name or "", "客服昵称": identity.name if identity.account_id else ""}
    # Until somebody names it, a shop or product is called by its code, which customers must not see.
    if known.shop and known.shop.name != known.shop.code:
        variables["店铺名称"] = known.shop.name
    if known.product and known.product.name != known.product.code:
        variables["商品名称"] = known.product.name
    return variables


def _remember(
    session: Session,
    services: Services,
    identity: Identity,
    via: str,
    found: Suggested,
    asked: Asked,
    started: float,
) -> Remembered:
    took_ms = round((perf_counter() - started) * 1000, 2)
    shown = [
        Shown(card.question_index, card.entry.card_id, card.entry.version, round(card.score_01, 4))
        for card in found.cards
    ]
    lookup = Lookup(
        via,
        found.text,
        found.questions,
        found.unanswered,
        shown,
        asked.scope,
        found.abstained,
        found.reason,
        took_ms,
    )
    suggestion_id = services.lookups.remember(session, lookup, identity.actor_id, asked.now)
    services.metrics.count_lookup(via, "abstained" if found.abstained else "answered")
    return Remembered(suggestion_id, found, took_ms)

"""Cards read back: one, its history, or a page of many."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_
from sqlmodel import Session, col, select

from kb.cards.storing import read_contents
from kb.cards.tables import Card, QuestionRow, ReplyRow, Revision, ScopeRow
from kb.content import CardContent, CardEntry
from kb.errors import CardNotFoundError

ShopCodes = Collection[str] | None
"""Shops somebody may see; None means every shop."""


@dataclass(frozen=True)
class CardVersion:
    """A card with one of its revisions."""

    card: Card
    revision: Revision
    content: CardContent

    @property
    def entry(self) -> CardEntry:
        """The card as files carry it."""
        fields = {name: getattr(self.content, name) for name in CardContent.model_fields}
        return CardEntry.model_construct(**fields, external_id=self.card.external_id or "")


@dataclass(frozen=True)
class CardFilter:
    """What a page of cards is narrowed to; None leaves a field open."""

    status: str | None = None
    kind: str | None = None
    phase: str | None = None
    intent: str | None = None
    shop: str | None = None
    external_id: str | None = None
    text: str | None = None
    """Words that stand, as written, in the number, a question or a reply."""


def get_card(session: Session, card_id: int, shops: ShopCodes = None, version: int | None = None) -> CardVersion:
    """One card at its newest revision, or at `version`.

    Raises:
        CardNotFoundError: no such card or version, or outside `shops`.
    """
    card = session.get(Card, card_id)
    if card is None:
        raise CardNotFoundError(f"没有编号为 {card_id} 的知识卡，可能已被删除。")
    wanted = card.version if version is None else version
    statement = select(Revision).where(Revision.card_id == card_id, Revision.version == wanted)
    revision = session.exec(statement).one_or_none()
    if revision is None:
        raise CardNotFoundError(f"知识卡 {card_id} 没有版本 {wanted}。")
    [found] = _with_contents(session, [(card, revision)])
    if not may_see(found.content.shops, shops):
        raise CardNotFoundError(f"没有编号为 {card_id} 的知识卡，或者它属于您看不到的店铺。")
    return found


def get_published_card(session: Session, card_id: int, shops: ShopCodes = None) -> CardVersion:
    """One card at the revision that answers.

    Raises:
        CardNotFoundError: no such card, not published, or outside `shops`.
    """
    card = session.get(Card, card_id)
    if card is None or card.published_version is None:
        raise CardNotFoundError(f"没有编号为 {card_id} 的已发布知识卡，可能已下架或被删除。")
    return get_card(session, card_id, shops, card.published_version)


def list_cards(
    session: Session,
    wanted: CardFilter,
    shops: ShopCodes = None,
    after_id: int = 0,
    limit: int = 50,
    *,
    published: bool = False,
) -> list[CardVersion]:
    """Cards at their newest revision (`published`: at the one that answers) with id > `after_id`, by id."""
    version = col(Card.published_version) if published else col(Card.version)
    statement = (
        select(Card, Revision)
        .join(Revision, (col(Revision.card_id) == Card.id) & (col(Revision.version) == version))
        .where(col(Card.id) > after_id, *_conditions(wanted, shops))
        .order_by(col(Card.id))
        .limit(limit)
    )
    return _with_contents(session, [(card, revision) for card, revision in session.exec(statement)])


def list_revisions(session: Session, card_id: int, shops: ShopCodes = None) -> list[CardVersion]:
    """Every revision of a card, newest first.

    Raises:
        CardNotFoundError: no such card, or outside `shops`.
    """
    card = get_card(session, card_id, shops).card
    statement = select(Revision).where(Revision.card_id == card_id).order_by(col(Revision.version).desc())
    return _with_contents(session, [(card, revision) for revision in session.exec(statement)])


def may_see(card_shops: Collection[str], shops: ShopCodes) -> bool:
    """Whether a card limited to `card_shops` (empty: all) concerns somebody who sees `shops`."""
    return shops is None or not card_shops or not set(card_shops).isdisjoint(shops)


def may_write(card_shops: Collection[str], shops: ShopCodes) -> bool:
    """Whether somebody who sees `shops` may change a card limited to `card_shops`: all of them are theirs."""
    return shops is None or (bool(card_shops) and set(card_shops).issubset(shops))


def _conditions(wanted: CardFilter, shops: ShopCodes) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for column, value in (
        (col(Revision.status), wanted.status),
        (col(Card.external_id), wanted.external_id),
        (col(Revision.kind), wanted.kind),
        (col(Revision.phase), wanted.phase),
        (col(Revision.intent), wanted.intent),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.shop is not None:
        conditions.append(_limited_to([wanted.shop]))
    if shops is not None:
        conditions.append(_limited_to(shops))
    if wanted.text:
        conditions.append(_mentions(wanted.text))
    return conditions


def _mentions(text: str) -> ColumnElement[bool]:
    asked = (col(QuestionRow.revision_id) == Revision.id) & col(QuestionRow.text).contains(text, autoescape=True)
    answered = (col(ReplyRow.revision_id) == Revision.id) & col(ReplyRow.text).contains(text, autoescape=True)
    return or_(col(Card.external_id).contains(text, autoescape=True), exists().where(asked), exists().where(answered))


def _limited_to(shops: Collection[str]) -> ColumnElement[bool]:
    own_scope = (col(ScopeRow.revision_id) == Revision.id) & (col(ScopeRow.kind) == "shop")
    return or_(~exists().where(own_scope), exists().where(own_scope & col(ScopeRow.code).in_(list(shops))))


def _with_contents(session: Session, rows: Sequence[tuple[Card, Revision]]) -> list[CardVersion]:
    contents = read_contents(session, [revision for _, revision in rows])
    return [CardVersion(card, revision, contents[revision.id or 0]) for card, revision in rows]

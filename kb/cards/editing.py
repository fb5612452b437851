"""The life of a card: written, submitted, published, archived, rolled back, deleted.

Every function takes the session, who acts (an opaque `actor_id`) and the time; none commits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from kb.cards.identity import identity_key
from kb.cards.reading import CardVersion, get_card
from kb.cards.storing import insert_children, revision_columns
from kb.cards.tables import Card, CardChange, Product, Revision, Shop
from kb.content import DEFAULT_ZONE, CardContent
from kb.errors import CardConflictError, CardDuplicateError, CardStateError
from kb.vocabulary import Status

_CODES_AT_ONCE = 500


@dataclass(frozen=True)
class Actor:
    """Who changes cards, when, and in which zone dates without one are meant."""

    actor_id: str
    now: datetime
    zone: tzinfo = DEFAULT_ZONE


def create_card(session: Session, content: CardContent, by: Actor, external_id: str | None = None) -> CardVersion:
    """A new card with its first revision, a draft.

    Raises:
        CardDuplicateError: the number, or (kind, question, scope) where none is given, is taken.
    """
    key = identity_key(content)
    taken = find_card(session, external_id, key)
    if taken is not None:
        raise CardDuplicateError(f"这张卡已经存在（编号 {taken.id}），请打开它修改，不要重复新建。")
    card = Card(
        external_id=external_id or None,
        identity_key=key,
        status=Status.DRAFT,
        version=0,
        created_at=by.now,
        updated_at=by.now,
    )
    session.add(card)
    session.flush()
    return _add_revision(session, card, content, by, note="")


def find_card(session: Session, external_id: str | None, key: str) -> Card | None:
    """The card with this number; where no number is given, the one with this identity."""
    if external_id:
        return session.exec(select(Card).where(Card.external_id == external_id)).one_or_none()
    return session.exec(select(Card).where(Card.identity_key == key).order_by(col(Card.id))).first()


def save_card(session: Session, card_id: int, content: CardContent, based_on: int, by: Actor) -> CardVersion:
    """A new draft of a card; what is published keeps answering.

    Raises:
        CardNotFoundError: no such card.
        CardConflictError: `based_on` is no longer the newest version.
    """
    return _add_revision(session, _card_at(session, card_id, based_on), content, by, note="")


def submit_card(session: Session, card_id: int, by: Actor) -> CardVersion:
    """The newest draft, handed in for review.

    Raises:
        CardNotFoundError: no such card.
        CardStateError: the newest revision is not a draft.
    """
    return _move(session, card_id, by, allowed=(Status.DRAFT,), to=Status.IN_REVIEW)


def publish_card(session: Session, card_id: int, by: Actor) -> CardVersion:
    """The newest revision, answering from now on instead of the one before.

    Raises:
        CardNotFoundError: no such card.
        CardStateError: the newest revision is already published or archived.
    """
    found = _move(session, card_id, by, allowed=(Status.DRAFT, Status.IN_REVIEW), to=Status.PUBLISHED)
    _retire_published(session, found.card)
    found.card.published_version = found.card.version
    note_changes(session, [card_id], by.now)
    return found


def archive_card(session: Session, card_id: int, by: Actor) -> CardVersion:
    """A card that no longer answers; its history stays.

    Raises:
        CardNotFoundError: no such card.
        CardStateError: it is archived already.
    """
    found = _move(session, card_id, by, allowed=(Status.DRAFT, Status.IN_REVIEW, Status.PUBLISHED), to=Status.ARCHIVED)
    if found.card.published_version is not None:
        _retire_published(session, found.card)
        found.card.published_version = None
        note_changes(session, [card_id], by.now)
    return found


def rollback_card(session: Session, card_id: int, version: int, by: Actor) -> CardVersion:
    """A new revision with the content of an earlier one, published at once.

    Raises:
        CardNotFoundError: no such card or version.
    """
    earlier = get_card(session, card_id, version=version)
    _add_revision(session, earlier.card, earlier.content, by, note=f"回到版本 {version}")
    return publish_card(session, card_id, by)


def delete_card(session: Session, card_id: int) -> None:
    """Takes a card that was never published out of the database.

    Raises:
        CardNotFoundError: no such card.
        CardStateError: it was published once; archive it instead.
    """
    card = get_card(session, card_id).card
    if session.exec(select(CardChange.id).where(CardChange.card_id == card_id)).first() is not None:
        raise CardStateError("这张卡发布过，不能删除，以免聊天记录失去出处；请改用“下架”。")
    session.delete(card)
    session.flush()


def unknown_codes(session: Session, contents: Iterable[CardContent]) -> tuple[list[str], list[str]]:
    """Codes of shops and of products that cards name and nobody created yet, sorted."""
    wanted = list(contents)
    named = (
        (Shop, {code for content in wanted for code in content.shops}),
        (Product, {code for content in wanted for code in content.products}),
    )
    shops, products = (sorted(codes - _known_codes(session, table, codes)) for table, codes in named)
    return shops, products


def _known_codes(session: Session, table: type[Shop] | type[Product], codes: set[str]) -> set[str]:
    known: set[str] = set()
    wanted = sorted(codes)
    for start in range(0, len(wanted), _CODES_AT_ONCE):
        known.update(
            session.exec(select(table.code).where(col(table.code).in_(wanted[start : start + _CODES_AT_ONCE])))
        )
    return known


def add_codes(session: Session, contents: Iterable[CardContent], now: datetime) -> None:
    """Registers shops and products that cards name and nobody created yet."""
    shops, products = unknown_codes(session, contents)
    session.add_all(Shop(code=code, name=code, created_at=now) for code in shops)
    session.add_all(Product(code=code, name=code, created_at=now) for code in products)
    session.flush()


def note_changes(session: Session, card_ids: Iterable[int], now: datetime) -> None:
    """Writes to the change log that these cards answer differently from now on."""
    rows = [{"card_id": card_id, "changed_at": now} for card_id in card_ids]
    if rows:
        session.execute(insert(CardChange), rows)


def _card_at(session: Session, card_id: int, based_on: int) -> Card:
    # One UPDATE that only succeeds at the expected version is the lock: two savers cannot both pass.
    card = get_card(session, card_id).card
    statement = update(Card).where(col(Card.id) == card_id, col(Card.version) == based_on).values(version=based_on)
    if session.exec(statement).rowcount != 1:
        raise CardConflictError(
            f"这张卡已被别人保存为版本 {card.version}，而您改的是版本 {based_on}；您的内容没有覆盖它，请合并后再保存。",
            card.version,
        )
    session.refresh(card)
    return card


def _add_revision(session: Session, card: Card, content: CardContent, by: Actor, note: str) -> CardVersion:
    add_codes(session, [content], by.now)
    revision = Revision(
        card_id=card.id or 0,
        version=card.version + 1,
        status=Status.DRAFT,
        actor_id=by.actor_id,
        note=note,
        created_at=by.now,
        **revision_columns(content, by.zone),
    )
    session.add(revision)
    card.version += 1
    card.status = Status.DRAFT
    card.identity_key = identity_key(content)
    card.updated_at = by.now
    session.flush()
    insert_children(session, [(revision.id or 0, content)])
    return CardVersion(card, revision, content)


def _move(session: Session, card_id: int, by: Actor, allowed: tuple[Status, ...], to: Status) -> CardVersion:
    found = get_card(session, card_id)
    if found.card.status not in allowed:
        raise CardStateError(f"这张卡现在是“{Status(found.card.status).term}”，不能变成“{to.term}”。")
    found.revision.status = to
    found.card.status = to
    found.card.updated_at = by.now
    session.flush()
    return found


def _retire_published(session: Session, card: Card) -> None:
    if card.published_version is not None and card.published_version != card.version:
        statement = update(Revision).where(
            col(Revision.card_id) == card.id, col(Revision.version) == card.published_version
        )
        session.execute(statement.values(status=Status.ARCHIVED))

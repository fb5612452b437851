"""Taking the sample company out again, all of it but what somebody has made their own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, update
from sqlmodel import Session, col, select

from api.tables import Account
from app.samples.loading import ACTOR
from coaching.cases.tables import Case
from coaching.conversations.tables import Conversation, Message
from coaching.mystery.tables import MysteryVisit
from coaching.reviewing.tables import SampleDraw
from coaching.suggestion_box_tables import BoxEntry
from coaching.tables import Agent, Team
from kb.cards.editing import note_changes
from kb.cards.tables import Card, Product, Revision, ScopeRow, Shop
from kb.feedback_tables import Gap, Suggestion


@dataclass(frozen=True)
class RemovedSamples:
    """What went, and what stayed because somebody works with it."""

    cards: int
    kept_cards: int
    accounts: int
    shops: int
    products: int


def has_samples(session: Session) -> bool:
    """Whether anything of the sample company is there."""
    return any(
        session.exec(select(table).where(col(table.is_demo)).limit(1)).first() is not None
        for table in (Card, Account, Shop, Product, Agent, Team, Conversation)
    )


def remove_samples(session: Session, now: datetime) -> RemovedSamples:
    """Deletes demo accounts, cards, cases, shops, products and people, and what demo accounts looked up or asked for.

    A sample card that somebody else edited stays, as do shops and products that remaining cards or conversations
    name and people whom remaining accounts point to or who wrote in them; they are samples no longer.
    """
    edited = exists().where(col(Revision.card_id) == Card.id, col(Revision.actor_id) != ACTOR)
    kept = session.execute(update(Card).where(col(Card.is_demo), edited).values(is_demo=False))
    card_ids = [card_id for card_id in session.exec(select(Card.id).where(col(Card.is_demo))) if card_id]
    session.execute(delete(Card).where(col(Card.is_demo)))
    note_changes(session, card_ids, now)
    session.execute(delete(Conversation).where(col(Conversation.is_demo)))
    session.execute(delete(Case).where(col(Case.is_demo)))
    accounts = _remove_accounts(session)
    shops = _remove_codes(session, Shop, "shop")
    products = _remove_codes(session, Product, "product")
    _remove_people(session)
    session.expire_all()
    return RemovedSamples(len(card_ids), _count(kept), accounts, shops, products)


def _remove_accounts(session: Session) -> int:
    ids = list(session.exec(select(Account.id).where(col(Account.is_demo))))
    actors = [f"account:{account_id}" for account_id in ids]
    asked = select(Suggestion.id).where(col(Suggestion.actor_id).in_(actors))
    session.execute(delete(Gap).where(col(Gap.suggestion_id).in_(asked)))
    session.execute(delete(Suggestion).where(col(Suggestion.actor_id).in_(actors)))
    for written in (BoxEntry, MysteryVisit, SampleDraw):
        session.execute(delete(written).where(col(written.by).in_(actors)))
    return _count(session.execute(delete(Account).where(col(Account.id).in_(ids))))


def _remove_codes(session: Session, table: type[Shop] | type[Product], kind: str) -> int:
    named = exists().where(col(ScopeRow.kind) == kind, col(ScopeRow.code) == table.code)
    talked_about = exists().where(getattr(Conversation, kind) == table.code)
    session.execute(update(table).where(col(table.is_demo), named | talked_about).values(is_demo=False))
    return _count(session.execute(delete(table).where(col(table.is_demo))))


def _remove_people(session: Session) -> None:
    in_use = exists().where(col(Account.agent) == Agent.code)
    wrote = exists().where(col(Message.agent) == Agent.code) | exists().where(col(Conversation.agent) == Agent.code)
    session.execute(update(Agent).where(col(Agent.is_demo), in_use | wrote).values(is_demo=False))
    session.execute(delete(Agent).where(col(Agent.is_demo)))
    has_agents = exists().where(col(Agent.team) == Team.code)
    session.execute(update(Team).where(col(Team.is_demo), has_agents).values(is_demo=False))
    session.execute(delete(Team).where(col(Team.is_demo)))


def _count(result: Any) -> int:
    return int(result.rowcount)

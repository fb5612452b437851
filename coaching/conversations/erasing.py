"""Forgetting: one customer's conversations, those a shop need not keep any longer, and how long that is."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func
from sqlmodel import Session, col, select

from coaching.conversations.masking import mask_customer
from coaching.conversations.tables import Conversation, Message, ShopRetention

MAX_DAYS = 3_650


class Erased(NamedTuple):
    """What is gone."""

    conversations: int
    messages: int


def erase_customer(
    session: Session,
    customer: str,
    *,
    shop: str | None = None,
    platform: str | None = None,
    shops: frozenset[str] | None = None,
) -> Erased:
    """Deletes every conversation of a customer, named as the files name them, and all that hangs on it.

    Cases that quote them are another's to delete: whoever means to forget a customer calls
    `coaching.cases.forgetting.forget_customer`, which ends here.

    Args:
        session: the transaction.
        customer: nickname, phone or whatever stood as the customer.
        shop: only in this shop.
        platform: only on this platform: nicknames of two platforms may be two people's.
        shops: codes the eraser may write to; None means all.
    """
    return _erase(session, of_customer(customer, shop=shop, platform=platform, shops=shops))


def of_customer(
    customer: str, *, shop: str | None = None, platform: str | None = None, shops: frozenset[str] | None = None
) -> list[ColumnElement[bool]]:
    """What queries of conversations are narrowed to for this customer; arguments as in `erase_customer`."""
    where: list[ColumnElement[bool]] = [col(Conversation.customer) == mask_customer(customer.strip())]
    where += [col(Conversation.shop) == shop] if shop is not None else []
    where += [col(Conversation.platform) == platform] if platform is not None else []
    where += [col(Conversation.shop).in_(shops)] if shops is not None else []
    return where


def purge_expired(session: Session, now: datetime) -> Erased:
    """Deletes what is older than its shop keeps."""
    conversations = messages = 0
    for shop, days in session.exec(select(ShopRetention.shop, ShopRetention.days)).all():
        gone = _erase(session, [col(Conversation.shop) == shop, col(Conversation.last_at) < now - timedelta(days)])
        conversations, messages = conversations + gone.conversations, messages + gone.messages
    return Erased(conversations, messages)


def retention_days(session: Session, shop: str) -> int | None:
    """How many days a shop keeps conversations; None: for good."""
    row = session.get(ShopRetention, shop)
    return row.days if row is not None else None


def set_retention(session: Session, shop: str, days: int | None, actor_id: str, now: datetime) -> None:
    """From now on a shop keeps conversations for so many days (1 to 3,650); None: for good."""
    if days is None:
        session.execute(delete(ShopRetention).where(col(ShopRetention.shop) == shop))
    else:
        session.merge(ShopRetention(shop=shop, days=days, actor_id=actor_id, updated_at=now))
    session.flush()


def _erase(session: Session, where: list[ColumnElement[bool]]) -> Erased:
    ids = select(Conversation.id).where(*where)
    messages = session.exec(
        select(func.count()).select_from(Message).where(col(Message.conversation_id).in_(ids))
    ).one()
    session.execute(delete(Message).where(col(Message.conversation_id).in_(ids)))
    gone: Any = session.execute(delete(Conversation).where(*where))
    return Erased(int(gone.rowcount), int(messages))

"""Forgetting a customer: the conversations, and the cases that quote them."""

from sqlalchemy import delete
from sqlmodel import Session, col, select

from coaching.cases.tables import Case
from coaching.conversations.erasing import Erased, erase_customer, of_customer
from coaching.conversations.tables import Conversation


def forget_customer(
    session: Session,
    customer: str,
    *,
    shop: str | None = None,
    platform: str | None = None,
    shops: frozenset[str] | None = None,
) -> Erased:
    """Deletes every conversation of a customer, all that hangs on it, and every case taken from it.

    A case goes as a whole: its title, reply and lesson may quote the customer as much as its situation does.
    Arguments as in `erase_customer`.
    """
    where = of_customer(customer, shop=shop, platform=platform, shops=shops)
    theirs = select(Conversation.id).where(*where)
    session.execute(delete(Case).where(col(Case.conversation_id).in_(theirs)))
    return erase_customer(session, customer, shop=shop, platform=platform, shops=shops)

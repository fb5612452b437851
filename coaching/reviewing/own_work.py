"""Keeps people from judging conversations they took part in."""

from sqlmodel import Session, select

from coaching.actor import Actor
from coaching.conversations.reading import Viewer, get_conversation
from coaching.conversations.tables import Conversation, Message


def judged_conversation(session: Session, conversation_id: int, actor: Actor, what: str) -> Conversation:
    """A conversation that the actor may judge.

    Args:
        session: reads.
        conversation_id: its row.
        actor: who judges.
        what: what is to be done, in Chinese, for the error.

    Raises:
        ConversationNotFoundError: none, or not one the actor may see.
        OwnWorkError: the actor took part in it.
    """
    talk = get_conversation(session, conversation_id, Viewer(actor.shops))
    must_not_have_answered(session, talk, actor, what)
    return talk


def must_not_have_answered(session: Session, talk: Conversation, actor: Actor, what: str) -> None:
    """Keeps people from what others have to do with their conversations; `what` is it in Chinese, for the error.

    Raises:
        OwnWorkError: the actor took part in it.
    """
    wrote = select(Message.agent).where(Message.conversation_id == talk.id).distinct()
    for agent in {talk.agent, *session.exec(wrote)}:
        actor.must_not_be(agent, what)

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
    wrote = select(Message.agent).where(Message.conversation_id == conversation_id).distinct()
    for agent in {talk.agent, *session.exec(wrote)}:
        actor.must_not_be(agent, what)
    return talk

"""A conversation to be judged: every message, what was found in it, and under each finding what one can do about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from coaching.conversations.reading import Viewer, messages_of
from coaching.conversations.tables import Conversation
from coaching.inspection.listing import Shown, findings_of
from web.conversation_view import TalkReader, Turn
from web.finding_notes import FindingNote
from web.rendering import View
from web.visits import Visit

MOST_MESSAGES = 500
"""A longer conversation is read on its own page."""


@dataclass(frozen=True)
class VerdictChoice:
    """Right or wrong, as part of a sheet that is sent elsewhere on the page."""

    template: ClassVar[str] = "verdict_choice.html"

    finding_id: int
    chosen: str
    is_open: bool
    """Whether it can still be chosen."""


@dataclass(frozen=True)
class JudgedTalk:
    """A conversation with its findings, each with what can be done about it."""

    template: ClassVar[str] = "judged_talk.html"

    turns: tuple[Turn, ...]
    whole: tuple[FindingNote, ...]
    """About the conversation as a whole."""
    actions: Mapping[int, View]
    """Finding → what stands under it."""
    rest: str
    """Address of the whole conversation where it is too long for here; else empty."""


def judged_talk(visit: Visit, talk: Conversation, act: Callable[[Shown], View]) -> JudgedTalk:
    """The conversation as somebody judges it.

    Args:
        visit: who judges.
        talk: a conversation they may see.
        act: what stands under a finding.
    """
    shown = findings_of(visit.session, talk, Viewer(visit.who.shops))
    address = f"/conversations/{talk.id}"
    reader = TalkReader(visit, "", shown, is_own=False)
    messages = messages_of(visit.session, talk)
    return JudgedTalk(
        turns=reader.turns(messages[:MOST_MESSAGES], talk),
        whole=reader.whole(),
        actions={one.finding.id or 0: act(one) for one in shown},
        rest=address if len(messages) > MOST_MESSAGES else "",
    )

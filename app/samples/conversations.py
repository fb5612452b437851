"""The sample company's conversations, as `data/conversations/` has them, told relative to the first start.

They are put in once the first page was answered: nobody waits for them. Findings are not among them, but found.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from app.database import transaction
from coaching.conversations.arrivals import Arrival, arrival_of
from coaching.conversations.content import ConversationIn, ConversationMessageIn
from coaching.conversations.importing import portions
from coaching.conversations.storing import Fate, Keeper
from coaching.conversations.tables import Conversation
from kb.cards.tables import Shop
from kb.suggestion.questions import Role
from kb.vocabulary import Phase, Platform

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parents[2] / "data" / "conversations"
DAYS = 42
AFTER_S = 5.0
"""Whoever waits for the start opens a page first."""
_CHINA = ZoneInfo("Asia/Shanghai")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Written in C where that is there: twenty times as fast."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SampleMessage(_Frozen):
    """One message."""

    role: Role
    after_s: Annotated[int, Field(ge=0)]
    """Seconds since the message before."""
    text: Annotated[str, Field(min_length=1)]
    agent: str | None = None
    """Where somebody else than the conversation's agent wrote it."""


class SampleConversation(_Frozen):
    """One conversation."""

    conversation_id: str
    shop: str
    agent: str
    customer: str
    phase: Phase
    product: str | None = None
    days_ago: Annotated[int, Field(ge=1, le=DAYS)]
    at: clock_time
    """Chinese time of the first message."""
    rating: Annotated[int | None, Field(ge=1, le=5)] = None
    paid: bool | None = None
    transferred: bool | None = None
    messages: tuple[SampleMessage, ...]


def read_conversations(folder: Path = FOLDER) -> list[SampleConversation]:
    """All conversations of a folder, in order of the files' names.

    Raises:
        ValueError: one of them is wrong.
    """
    found = []
    for file in sorted(folder.glob("*.yaml")):
        with file.open(encoding="utf-8") as text:
            written = yaml.load(text, _LOADER)
        found += [SampleConversation.model_validate(one) for one in written]
    return found


def arrivals(
    conversations: Sequence[SampleConversation], platforms: Mapping[str, Platform], first_start: datetime
) -> Iterator[Arrival]:
    """The conversations of these shops, `days_ago` counted back from the first start, personal data masked."""
    today = first_start.astimezone(_CHINA).date()
    for one in conversations:
        if one.shop in platforms:
            begun = datetime.combine(today - timedelta(days=one.days_ago), one.at, _CHINA)
            yield arrival_of(_dated(one, platforms[one.shop], begun))


def load_conversations(engine: Engine, now: datetime, folder: Path = FOLDER) -> int:
    """Puts the sample conversations into a database that holds the sample company and none of them yet.

    Returns:
        How many were put in; killed on the way, none is.
    """
    with Session(engine) as session:
        shops = session.exec(select(Shop).where(col(Shop.is_demo))).all()
        if not shops or _has_conversations(session):
            return 0
    first_start = min(shop.created_at for shop in shops)
    platforms = {shop.code: Platform(shop.platform) for shop in shops}
    ready = list(portions(arrivals(read_conversations(folder), platforms, first_start)))
    with transaction(engine) as session:
        if _has_conversations(session):
            return 0
        keeper = Keeper(session, now, None, is_demo=True)
        kept = [one for some in ready for one in keeper.store(some)]
        keeper.finish()
    return sum(one.fate is Fate.CREATED for one in kept)


class SampleConversations:
    """Puts them in once, `AFTER_S` after it was made; called now and then by the process that does the jobs."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime],
        folder: Path = FOLDER,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._folder = folder
        self._seconds = seconds
        self._due_s: float | None = seconds() + AFTER_S

    def __call__(self) -> None:
        """Does it when it is due; a fault in the files is logged and stops nothing else."""
        if self._due_s is None or self._seconds() < self._due_s:
            return
        self._due_s = None
        try:
            count = load_conversations(self._engine, self._clock(), self._folder)
        except (ValueError, yaml.YAMLError):
            log.exception("the sample conversations in %s are not as they should be: none loaded", self._folder)
            return
        if count:
            log.info("%d sample conversations loaded", count)


def _has_conversations(session: Session) -> bool:
    return session.exec(select(func.count()).select_from(Conversation).where(col(Conversation.is_demo))).one() > 0


def _dated(one: SampleConversation, platform: Platform, begun: datetime) -> ConversationIn:
    messages, at = [], begun
    for place, message in enumerate(one.messages):
        at += timedelta(seconds=message.after_s if place else 0)
        messages.append(ConversationMessageIn(role=message.role, text=message.text, sent_at=at, agent=message.agent))
    return ConversationIn(
        platform=platform,
        started_at=begun,
        messages=tuple(messages),
        **one.model_dump(exclude={"days_ago", "at", "messages"}),
    )

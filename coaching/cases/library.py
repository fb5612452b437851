"""Good and bad replies to learn from: kept with one click from a finding or a message, tagged, searched."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from coaching.actor import Actor
from coaching.cases.tables import Case, CaseKind
from coaching.conversations.merging import Stored
from coaching.conversations.reading import MAX_NUMBER, get_conversation, messages_of
from coaching.errors import CaseNotFoundError, OwnWorkError, WordsMissingError
from coaching.reviewing.findings import dimension_term, get_finding, rule_terms
from coaching.written import MAX_CHARS, maybe_written, written
from kb.text.folding import fold

_MAX_TITLE_CHARS, _MAX_TAG_CHARS, _MAX_TAGS = 200, 30, 20
_SITUATION_MESSAGES = 3
"""How many of the customer's messages before the reply are kept at most."""
_TITLE_QUOTE_CHARS = 24
_CUT = "…（原文较长，这里只留开头）"


@dataclass(frozen=True)
class CaseContent:
    """What a person writes, or finds filled in."""

    kind: CaseKind
    title: str
    reply: str
    situation: str = ""
    better_reply: str = ""
    lesson: str = ""
    dimension: str = ""
    rule: str = ""
    intent: str = ""
    tags: tuple[str, ...] = ()
    shop: str | None = None
    """None: everybody's."""
    conversation_id: int | None = None
    """The one its words are from: when its customer is erased, so is the case."""
    finding_id: int | None = None
    card_id: int | None = None
    is_demo: bool = False


@dataclass(frozen=True)
class CaseFilter:
    """What a list is narrowed to; None narrows nothing."""

    words: str = ""
    """All of them, anywhere in the case."""
    kind: CaseKind | None = None
    tag: str | None = None
    rule: str | None = None
    dimension: str | None = None
    intent: str | None = None
    shop: str | None = None


@dataclass(frozen=True)
class CaseView:
    """A case as people read it."""

    case_id: int
    kind: str
    kind_term: str
    title: str
    situation: str
    reply: str
    better_reply: str
    lesson: str
    dimension: str
    dimension_term: str
    rule: str
    rule_term: str
    intent: str
    tags: tuple[str, ...]
    shop: str | None
    finding_id: int | None
    card_id: int | None
    by: str
    by_name: str
    created_at: datetime
    updated_at: datetime


def content_of_finding(session: Session, finding_id: int, actor: Actor) -> CaseContent:
    """A bad case as a finding fills it in: what was asked, what was answered, why it is weak, what is better.

    Raises:
        FindingNotFoundError: none, or not one the actor may see.
    """
    finding = get_finding(session, finding_id, actor)
    content = content_of_messages(session, finding.conversation_id, finding.message_ids, actor)
    quote, term = finding.quote or content.reply, rule_terms(session, [finding.rule])[finding.rule]
    return replace(
        content,
        kind=CaseKind.BAD,
        title=f"{term}：{_shortened(quote)}" if quote else term,
        reply=content.reply or _quoted(finding.quote),
        better_reply=_quoted(finding.better_reply or ""),
        lesson=_quoted(finding.reason),
        dimension=finding.dimension,
        rule=finding.rule,
        intent=finding.intent,
        finding_id=finding_id,
        card_id=finding.card_id or finding.round_card_id,
    )


def content_of_messages(
    session: Session, conversation_id: int, message_ids: Sequence[int], actor: Actor
) -> CaseContent:
    """A good case as messages of a conversation fill it in; other ids are passed over.

    Raises:
        ConversationNotFoundError: none, or not one the actor may see.
    """
    talk = get_conversation(session, conversation_id, actor.viewer)
    messages = messages_of(session, talk)
    reply = [one for one in messages if one.id in set(message_ids)]
    text = _quoted("\n".join(one.text for one in reply))
    return CaseContent(
        kind=CaseKind.GOOD,
        title=_shortened(text),
        situation=_quoted("\n".join(_asked_before(messages, reply[0]))) if reply else "",
        reply=text,
        shop=talk.shop,
        conversation_id=conversation_id,
        is_demo=talk.is_demo,
    )


def keep_case(session: Session, content: CaseContent, actor: Actor) -> Case:
    """A new case; personal data people typed is masked.

    Raises:
        WordsMissingError: no title or reply, or too many words or tags.
        CaseNotFoundError: a shop the actor may not see.
        OwnWorkError: a case for all shops, by somebody who sees only some.
        FindingNotFoundError: a finding the actor may not see.
        ConversationNotFoundError: a conversation the actor may not see.
    """
    if content.finding_id is not None:
        content = replace(content, conversation_id=get_finding(session, content.finding_id, actor).conversation_id)
    elif content.conversation_id is not None:
        get_conversation(session, content.conversation_id, actor.viewer)
    made = Case(
        by=actor.actor_id,
        by_name=actor.name,
        created_at=actor.now,
        updated_at=actor.now,
        **_values(session, content, actor),
    )
    session.add(made)
    session.flush()
    return made


def keep_finding(session: Session, finding_id: int, actor: Actor, tags: Sequence[str] = ()) -> Case:
    """The one click: a finding as a bad case; the one it is already, where somebody clicked before.

    Raises:
        FindingNotFoundError: none, or not one the actor may see.
    """
    content = content_of_finding(session, finding_id, actor)
    kept = select(Case).where(Case.finding_id == finding_id, col(Case.archived_at).is_(None))
    found = session.exec(kept.order_by(col(Case.id))).first()
    return found or keep_case(session, replace(content, tags=tuple(tags)), actor)


def change_case(session: Session, case_id: int, content: CaseContent, actor: Actor) -> Case:
    """Another content for a case; where it came from stays.

    Raises:
        CaseNotFoundError: none, or not one the actor may see.
        OwnWorkError: it is, or would be, for all shops, and the actor sees only some.
        WordsMissingError: no title or reply, or too many words or tags.
    """
    found = _own(session, case_id, actor)
    came_from = {name: getattr(found, name) for name in ("conversation_id", "finding_id", "is_demo")}
    found.sqlmodel_update(_values(session, content, actor) | came_from | {"updated_at": actor.now})
    session.add(found)
    session.flush()
    return found


def archive_case(session: Session, case_id: int, actor: Actor) -> None:
    """Takes a case out of the library.

    Raises:
        CaseNotFoundError: none, or not one the actor may see.
        OwnWorkError: it is for all shops, and the actor sees only some.
    """
    found = _own(session, case_id, actor)
    found.archived_at = actor.now
    session.add(found)
    session.flush()


def get_case(session: Session, case_id: int, actor: Actor) -> CaseView:
    """One case.

    Raises:
        CaseNotFoundError: none, or not one the actor may see.
    """
    return case_views(session, [_find(session, case_id, actor)])[0]


def search_cases(
    session: Session, wanted: CaseFilter, actor: Actor, limit: int, before_id: int | None = None
) -> list[CaseView]:
    """Cases of the actor's shops and everybody's, the newest first."""
    where = [*_visible(actor), col(Case.archived_at).is_(None)]
    where += [col(Case.words).contains(word, autoescape=True) for word in map(fold, wanted.words.split())]
    where += [col(Case.words).contains(_tag_word(wanted.tag), autoescape=True)] if wanted.tag else []
    for column, value in (
        (col(Case.kind), wanted.kind),
        (col(Case.rule), wanted.rule),
        (col(Case.dimension), wanted.dimension),
        (col(Case.intent), wanted.intent),
        (col(Case.shop), wanted.shop),
    ):
        where += [column == value] if value is not None else []
    where += [col(Case.id) < before_id] if before_id is not None else []
    rows = session.exec(select(Case).where(*where).order_by(col(Case.id).desc()).limit(limit)).all()
    return case_views(session, rows)


def case_views(session: Session, rows: Sequence[Case]) -> list[CaseView]:
    """Cases as people read them, in the order given."""
    terms = rule_terms(session, (one.rule for one in rows))
    return [_view(one, terms[one.rule]) for one in rows]


def _view(one: Case, term: str) -> CaseView:
    return CaseView(
        case_id=one.id or 0,
        kind=str(one.kind),
        kind_term=CaseKind(one.kind).term,
        title=one.title,
        situation=one.situation,
        reply=one.reply,
        better_reply=one.better_reply,
        lesson=one.lesson,
        dimension=one.dimension,
        dimension_term=dimension_term(one.dimension),
        rule=one.rule,
        rule_term=term,
        intent=one.intent,
        tags=tuple(one.tags),
        shop=one.shop,
        finding_id=one.finding_id,
        card_id=one.card_id,
        by=one.by,
        by_name=one.by_name,
        created_at=one.created_at,
        updated_at=one.updated_at,
    )


def _values(session: Session, content: CaseContent, actor: Actor) -> dict[str, Any]:
    if not actor.may_see(content.shop):
        raise CaseNotFoundError(f"您看不到店铺“{content.shop}”，请换成自己的店铺。")
    _check_own(content.shop, actor)
    tags = tuple(dict.fromkeys(written(tag, "标签", _MAX_TAG_CHARS) for tag in content.tags))
    if len(tags) > _MAX_TAGS:
        raise WordsMissingError(f"标签最多 {_MAX_TAGS} 个。")
    texts = {
        "title": written(content.title, "标题", _MAX_TITLE_CHARS),
        "reply": written(content.reply, "回复"),
        **{name: maybe_written(getattr(content, name), what) for name, what in _OPTIONAL.items()},
    }
    keys = {name: maybe_written(getattr(content, name), what, most) for name, (what, most) in _KEYS.items()}
    terms = (rule_terms(session, [keys["rule"]])[keys["rule"]], dimension_term(keys["dimension"]), keys["intent"])
    return {
        **texts,
        **keys,
        "kind": content.kind,
        "tags": list(tags),
        "shop": content.shop,
        "conversation_id": content.conversation_id,
        "finding_id": content.finding_id,
        "card_id": content.card_id,
        "is_demo": content.is_demo,
        "words": "\n".join([*(fold(text) for text in (*texts.values(), *terms)), *map(_tag_word, tags)]),
    }


_OPTIONAL = {"situation": "情景", "better_reply": "更好的回复", "lesson": "说明"}
_KEYS = {"dimension": ("维度", 20), "rule": ("规则", 100), "intent": ("意图", 50)}
"""What cases are found by: its Chinese name and how long it may be."""


def _check_own(shop: str | None, actor: Actor) -> None:
    if not actor.may_change(() if shop is None else (shop,)):
        own = "、".join(sorted(actor.shops or ()))
        raise OwnWorkError(f"给所有店铺的案例由管理所有店铺的人来写和改；您可以写自己店铺的，请选：{own}。")


def _own(session: Session, case_id: int, actor: Actor) -> Case:
    """A case that the actor may change."""
    found = _find(session, case_id, actor)
    _check_own(found.shop, actor)
    return found


def _tag_word(tag: str) -> str:
    """A tag as it stands among the words: found as a whole."""
    return f"#{fold(tag)}#"


def _asked_before(messages: Sequence[Stored], reply: Stored) -> list[str]:
    """The customer's last messages before a reply, up to the agent's one before it."""
    asked: list[str] = []
    for one in reversed(messages[: reply.index]):
        if one.role == "customer":
            asked.append(one.text)
        elif asked:
            break
        if len(asked) == _SITUATION_MESSAGES:
            break
    return asked[::-1]


def _quoted(text: str) -> str:
    """A text that others wrote, no longer than a case takes; what is cut off is told."""
    return text if len(text) <= MAX_CHARS else f"{text[: MAX_CHARS - len(_CUT)]}{_CUT}"


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TITLE_QUOTE_CHARS else f"{line[:_TITLE_QUOTE_CHARS]}…"


def _visible(actor: Actor) -> list[ColumnElement[bool]]:
    return [or_(col(Case.shop).is_(None), col(Case.shop).in_(actor.shops))] if actor.shops is not None else []


def _find(session: Session, case_id: int, actor: Actor) -> Case:
    wanted = select(Case).where(Case.id == case_id, col(Case.archived_at).is_(None), *_visible(actor))
    found = session.exec(wanted).first() if 0 <= case_id <= MAX_NUMBER else None
    if found is None:
        raise CaseNotFoundError(f"没有编号为 {case_id} 的案例，可能已被下架。")
    return found

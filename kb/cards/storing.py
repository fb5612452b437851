"""Content ↔ rows: how a revision is laid out over its tables, one at a time or in bulk."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlmodel import Session, SQLModel

from kb.cards.tables import FactRow, KeyPointRow, QuestionRow, ReplyRow, Revision, ScopeRow
from kb.content import CardContent, Fact, KeyPoint, Reply
from kb.vocabulary import Kind, Phase, Platform, Risk

_READ_AT_ONCE = 500
"""Revisions per IN list; SQLite allows 32,766 variables, others fewer."""


def revision_columns(content: CardContent, zone: tzinfo) -> dict[str, Any]:
    """The columns of `Revision` that hold content."""
    valid_from_at, valid_until_at = content.valid_period(zone)
    return {
        "kind": content.kind.value,
        "standard_question": content.standard_question,
        "phase": content.phase.value,
        "intent": content.intent,
        "tags": list(content.tags),
        "risk": content.risk.value,
        "owner": content.owner,
        "source": content.source,
        "checked_on": content.checked_on,
        "valid_from": content.valid_from.isoformat() if content.valid_from else None,
        "valid_until": content.valid_until.isoformat() if content.valid_until else None,
        "valid_from_at": valid_from_at,
        "valid_until_at": valid_until_at,
    }


def insert_children(session: Session, contents: Iterable[tuple[int, CardContent]]) -> None:
    """Writes questions, replies, facts, key points and scope of `(revision_id, content)` pairs in bulk."""
    rows: dict[type[SQLModel], list[dict[str, Any]]] = defaultdict(list)
    for revision_id, content in contents:
        for table, values in _children(content):
            rows[table].append({"revision_id": revision_id, **values})
    for table, values_list in rows.items():
        session.execute(insert(table), values_list)


def _children(content: CardContent) -> Iterable[tuple[type[SQLModel], dict[str, Any]]]:
    standard, *similar = content.questions
    asked = [("standard", standard), *(("similar", text) for text in similar)]
    asked += [("negative", text) for text in content.negative_questions]
    for position, (role, text) in enumerate(asked):
        yield QuestionRow, {"role": role, "position": position, "text": text}
    for position, reply in enumerate(content.replies):
        yield ReplyRow, {"position": position, **reply.model_dump(mode="json")}
    for position, fact in enumerate(content.facts):
        yield FactRow, {"position": position, **fact.model_dump()}
    for position, point in enumerate(content.key_points):
        yield KeyPointRow, {"position": position, **point.model_dump(mode="json")}
    scopes = {"platform": content.platforms, "shop": content.shops, "product": content.products}
    for kind, codes in scopes.items():
        for position, code in enumerate(codes):
            yield ScopeRow, {"kind": kind, "position": position, "code": str(code)}


def _rows_of(table: Any, *names: str) -> Any:
    columns = [getattr(table, name) for name in ("revision_id", *names)]
    wanted = table.revision_id.in_(bindparam("ids", expanding=True))
    return select(*columns).where(wanted).order_by(table.revision_id, table.position)


_CHILDREN = (
    _rows_of(QuestionRow, "role", "text"),
    _rows_of(ReplyRow, "text", "tone", "scene", "images"),
    _rows_of(FactRow, "subject", "predicate", "value", "unit"),
    _rows_of(KeyPointRow, "text", "wordings"),
    _rows_of(ScopeRow, "kind", "code"),
)
"""Ready-made: making them takes as long as the database takes to answer."""


def read_contents(session: Session, revisions: Sequence[Revision]) -> dict[int, CardContent]:
    """Content by revision id, read with one query a table."""
    contents: dict[int, CardContent] = {}
    for start in range(0, len(revisions), _READ_AT_ONCE):
        contents.update(_read_some(session, revisions[start : start + _READ_AT_ONCE]))
    return contents


def _read_some(session: Session, revisions: Sequence[Revision]) -> dict[int, CardContent]:
    ids = [revision.id for revision in revisions]

    def rows_of(statement: Any) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for row in session.execute(statement, {"ids": ids}):
            found[row[0]].append(row[1:])
        return found

    questions, replies, facts, points, scopes = map(rows_of, _CHILDREN)
    return {
        revision.id: _content(
            revision,
            questions[revision.id],
            replies[revision.id],
            facts[revision.id],
            points[revision.id],
            scopes[revision.id],
        )
        for revision in revisions
        if revision.id is not None
    }


def _content(
    revision: Revision, questions: list[Any], replies: list[Any], facts: list[Any], points: list[Any], scopes: list[Any]
) -> CardContent:
    # model_construct: these rows were validated when they were written, and this is the hot path.
    build_reply, build_fact, build_point = Reply.model_construct, Fact.model_construct, KeyPoint.model_construct
    return CardContent.model_construct(
        kind=Kind(revision.kind),
        standard_question=revision.standard_question,
        similar_questions=tuple(text for role, text in questions if role == "similar"),
        negative_questions=tuple(text for role, text in questions if role == "negative"),
        replies=tuple(build_reply(text=t, tone=o, scene=s, images=tuple(i)) for t, o, s, i in replies),
        key_points=tuple(build_point(text=t, wordings=tuple(w)) for t, w in points),
        facts=tuple(build_fact(subject=s, predicate=p, value=v, unit=u) for s, p, v, u in facts),
        phase=Phase(revision.phase),
        intent=revision.intent,
        tags=tuple(revision.tags),
        platforms=tuple(Platform(code) for kind, code in scopes if kind == "platform"),
        shops=tuple(code for kind, code in scopes if kind == "shop"),
        products=tuple(code for kind, code in scopes if kind == "product"),
        valid_from=_as_written(revision.valid_from),
        valid_until=_as_written(revision.valid_until),
        risk=Risk(revision.risk),
        owner=revision.owner,
        source=revision.source,
        checked_on=revision.checked_on,
    )


def _as_written(text: str | None) -> date | datetime | None:
    if not text:
        return None
    return date.fromisoformat(text) if len(text) == len("2026-11-11") else datetime.fromisoformat(text)

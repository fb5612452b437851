"""The case library: good and bad replies to learn from, searched by everybody, kept by trainers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from pydantic import BeforeValidator
from starlette.responses import Response

from api.deps import start_writing
from api.paging import AnyPaging
from api.row_numbers import RowNumber
from coaching.cases import library
from coaching.cases.library import CaseContent, CaseFilter, CaseView
from coaching.cases.tables import CaseKind
from coaching.errors import WordsMissingError
from coaching.inspection.rule import Dimension
from web import choices
from web.actors import AnyFields, actor_of
from web.choices import ChoiceList
from web.finding_notes import rule_word
from web.visits import AgentVisit, Frame, TrainerVisit, Visit, answer, see_other

MaybeKind = Annotated[CaseKind | None, BeforeValidator(lambda value: value or None)]
MaybeDimension = Annotated[Dimension | None, BeforeValidator(lambda value: value or None)]
router = APIRouter(include_in_schema=False)


class Tag(NamedTuple):
    """A tag, and where one finds all that carry it."""

    word: str
    address: str


class CaseCard(NamedTuple):
    """One case to be read."""

    case_id: int
    kind: str
    kind_word: str
    title: str
    situation: str
    reply: str
    better: str
    lesson: str
    labels: tuple[str, ...]
    tags: tuple[Tag, ...]
    card_id: int | None
    by: str
    at: str


@dataclass(frozen=True)
class CasesPage:
    """Cases, narrowed and in pages."""

    template: ClassVar[str] = "cases.html"

    frame: Frame
    words: str
    tag: str
    filters: tuple[ChoiceList, ...]
    cases: tuple[CaseCard, ...]
    next: str
    is_filtered: bool


@dataclass(frozen=True)
class CasePage:
    """The form of one case, new or kept."""

    template: ClassVar[str] = "case.html"

    frame: Frame
    heading: str
    action: str
    case_id: int
    """0: not kept yet."""
    kind: str
    title: str
    situation: str
    reply: str
    better: str
    lesson: str
    tags: str
    lists: tuple[ChoiceList, ...]
    problem: str


@router.get("/cases")
def list_cases(
    visit: AgentVisit,
    paging: AnyPaging,
    q: Annotated[str, Query(max_length=300)] = "",
    kind: Annotated[MaybeKind, Query()] = None,
    dimension: Annotated[MaybeDimension, Query()] = None,
    tag: Annotated[str, Query(max_length=30)] = "",
) -> Response:
    """Cases of the visitor's shops and everybody's."""
    wanted = CaseFilter(words=q, kind=kind, tag=tag or None, dimension=dimension)
    found = library.search_cases(visit.session, wanted, actor_of(visit), paging.limit + 1, paging.after_id)
    page = paging.page(found, lambda one: one.case_id, lambda one: one)
    again = {name: value for name, value in (("q", q), ("kind", kind), ("dimension", dimension), ("tag", tag)) if value}
    following = urlencode({**again, "cursor": page["next_cursor"]}) if page["next_cursor"] else ""
    return answer(
        visit,
        CasesPage(
            frame=visit.frame(visit.say("cases.title")),
            words=q,
            tag=tag,
            filters=(
                _list(visit, "kind", "cases.kind", choices.words(visit, "case.kind", CaseKind), kind),
                _list(visit, "dimension", "cases.dimension", choices.words(visit, "dimension", Dimension), dimension),
            ),
            cases=tuple(_card(visit, one) for one in page["items"]),
            next=f"/cases?{following}" if following else "",
            is_filtered=bool(again),
        ),
    )


@router.post("/findings/{finding_id}/case")
def keep_finding(finding_id: RowNumber, visit: TrainerVisit) -> Response:
    """The one click: a finding becomes a case, to be looked over at once."""
    start_writing(visit.session)
    kept = library.keep_finding(visit.session, finding_id, actor_of(visit))
    return see_other(f"/cases/{kept.id}?done=case_kept")


@router.get("/cases/new")
def new_case(
    visit: TrainerVisit,
    conversation: Annotated[RowNumber, Query()] = 0,
    message: Annotated[RowNumber, Query()] = 0,
) -> Response:
    """The empty form, or one filled in from a message."""
    content = CaseContent(CaseKind.GOOD, "", "")
    if conversation:
        content = library.content_of_messages(visit.session, conversation, [message], actor_of(visit))
    return answer(visit, _form(visit, content, 0))


@router.post("/cases")
def keep_case(visit: TrainerVisit, typed: AnyFields, kind: Annotated[CaseKind, Form()]) -> Response:
    """A new case."""
    start_writing(visit.session)
    content = _content(kind, typed)
    try:
        library.keep_case(visit.session, content, actor_of(visit))
    except WordsMissingError as error:
        return answer(visit, _form(visit, content, 0, str(error)), status=422)
    return see_other("/cases?done=case_kept")


@router.get("/cases/{case_id}")
def edit_case(case_id: RowNumber, visit: TrainerVisit) -> Response:
    """A kept case in the form."""
    found = library.get_case(visit.session, case_id, actor_of(visit))
    return answer(visit, _form(visit, _content_of(found), case_id))


@router.post("/cases/{case_id}")
def change_case(
    case_id: RowNumber, visit: TrainerVisit, typed: AnyFields, kind: Annotated[CaseKind, Form()]
) -> Response:
    """Another content for a case; what the form does not show stays."""
    start_writing(visit.session)
    actor = actor_of(visit)
    kept = _content_of(library.get_case(visit.session, case_id, actor))
    shown = _content(kind, typed)
    content = replace(shown, rule=kept.rule, intent=kept.intent, card_id=kept.card_id)
    try:
        library.change_case(visit.session, case_id, content, actor)
    except WordsMissingError as error:
        return answer(visit, _form(visit, content, case_id, str(error)), status=422)
    return see_other("/cases?done=case_changed")


@router.post("/cases/{case_id}/archive")
def archive_case(case_id: RowNumber, visit: TrainerVisit) -> Response:
    """Takes a case out of the library."""
    start_writing(visit.session)
    library.archive_case(visit.session, case_id, actor_of(visit))
    return see_other("/cases?done=case_archived")


def _content(kind: CaseKind, typed: Mapping[str, str]) -> CaseContent:
    tags = re.split(r"[,\uff0c\u3001]", typed.get("tags", ""))
    return CaseContent(
        kind=kind,
        title=typed.get("title", ""),
        reply=typed.get("reply", ""),
        situation=typed.get("situation", ""),
        better_reply=typed.get("better", ""),
        lesson=typed.get("lesson", ""),
        dimension=typed.get("dimension", "") if typed.get("dimension", "") in set(Dimension) else "",
        tags=tuple(tag.strip() for tag in tags if tag.strip()),
        shop=typed.get("shop") or None,
    )


def _content_of(one: CaseView) -> CaseContent:
    return CaseContent(
        kind=CaseKind(one.kind),
        title=one.title,
        reply=one.reply,
        situation=one.situation,
        better_reply=one.better_reply,
        lesson=one.lesson,
        dimension=one.dimension,
        rule=one.rule,
        intent=one.intent,
        tags=one.tags,
        shop=one.shop,
        card_id=one.card_id,
    )


def _form(visit: Visit, content: CaseContent, case_id: int, problem: str = "") -> CasePage:
    heading = visit.say("case.edit" if case_id else "case.new")
    dimensions = choices.words(visit, "dimension", Dimension)
    return CasePage(
        frame=visit.frame(heading),
        heading=heading,
        action=f"/cases/{case_id}" if case_id else "/cases",
        case_id=case_id,
        kind=content.kind,
        title=content.title,
        situation=content.situation,
        reply=content.reply,
        better=content.better_reply,
        lesson=content.lesson,
        tags=", ".join(content.tags),
        lists=(
            ChoiceList(
                "dimension", visit.say("cases.dimension"), visit.say("case.no_dimension"), content.dimension, dimensions
            ),
            ChoiceList(
                "shop", visit.say("case.shop"), visit.say("case.all_shops"), content.shop or "", choices.shops(visit)
            ),
        ),
        problem=problem,
    )


def _card(visit: Visit, one: CaseView) -> CaseCard:
    labels = (
        visit.say(f"dimension.{one.dimension}") if one.dimension in set(Dimension) else "",
        rule_word(visit, one.rule) if one.rule else "",
        one.intent,
    )
    return CaseCard(
        case_id=one.case_id,
        kind=one.kind,
        kind_word=visit.say(f"case.kind.{one.kind}"),
        title=one.title,
        situation=one.situation,
        reply=one.reply,
        better=one.better_reply,
        lesson=one.lesson,
        labels=tuple(label for label in labels if label),
        tags=tuple(Tag(tag, f"/cases?{urlencode({'tag': tag})}") for tag in one.tags),
        card_id=one.card_id,
        by=one.by_name,
        at=visit.local_time(one.created_at),
    )


def _list(visit: Visit, name: str, label: str, offered: tuple[choices.Choice, ...], chosen: str | None) -> ChoiceList:
    return ChoiceList(name, visit.say(label), visit.say("filter.any"), chosen or "", offered)

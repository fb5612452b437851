"""Calibration: several people judge one conversation, each for themselves, and then see how far they agree."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, ClassVar, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from pydantic import BeforeValidator
from starlette.responses import Response

from api.deps import start_writing
from api.paging import AnyPaging
from api.row_numbers import RowNumber
from coaching.conversations.reading import find_conversation, get_conversation
from coaching.errors import ScorecardError, WordsMissingError
from coaching.reviewing import calibrating
from coaching.reviewing.agreement import Agreement
from coaching.reviewing.applicable import rule_set_of
from coaching.reviewing.calibrating import CalibrationView, Comparison, SheetView
from coaching.reviewing.tables import Verdict
from web.actors import AnyFields, actor_of
from web.conversations import ScoreWord, score_word
from web.judging import JudgedTalk, VerdictChoice, judged_talk
from web.scorecards import ScorecardForm, read_marks, scorecard_form
from web.visits import Frame, LeadVisit, Visit, answer, see_other

MaybeDay = Annotated[date | None, BeforeValidator(lambda value: value or None)]
KAPPA_STEPS = ((0.8, "almost"), (0.6, "substantial"), (0.4, "moderate"), (0.2, "fair"), (0.0, "slight"))
"""From above which kappa agreement is called so. Source: Landis & Koch 1977, The measurement of observer agreement."""
router = APIRouter(include_in_schema=False)


class CalibrationRow(NamedTuple):
    """One calibration in the list."""

    address: str
    title: str
    number: str
    by: str
    due: str
    handed_in: int
    state: str
    state_word: str


@dataclass(frozen=True)
class CalibrationsPage:
    """All calibrations, and the form that calls for one."""

    template: ClassVar[str] = "calibrations.html"

    frame: Frame
    rows: tuple[CalibrationRow, ...]
    next: str
    conversation: str
    """Filled in where one comes from a conversation."""


class AgreementWord(NamedTuple):
    """How far people agree on one thing."""

    label: str
    said: str
    """In words."""
    figures: str


class SpreadRow(NamedTuple):
    """What everybody gave one dimension."""

    term: str
    scores: tuple[str, ...]
    """By person in the order of the columns; `–` for N/A."""
    mean: str
    range: str
    is_wide: bool


@dataclass(frozen=True)
class ComparisonPart:
    """Everybody's sheets side by side."""

    template: ClassVar[str] = "comparison.html"

    agreements: tuple[AgreementWord, ...]
    people: tuple[str, ...]
    rows: tuple[SpreadRow, ...]
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CalibrationPage:
    """One calibration: the conversation with an empty sheet, one's own sheet, or everybody's."""

    template: ClassVar[str] = "calibration.html"

    frame: Frame
    calibration_id: int
    title: str
    number: str
    by: str
    due: str
    handed_in: int
    closed: str
    conclusion: str
    talk: JudgedTalk
    sheet: ScorecardForm | None
    """None once one's own is handed in, or it is closed."""
    mine: ScoreWord | None
    comparison: ComparisonPart | None
    can_close: bool


WIDE = 20
"""Points between the highest and the lowest from which people should talk about it; our assumption."""


@router.get("/calibrations")
def list_calibrations(
    visit: LeadVisit, paging: AnyPaging, conversation: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Calibrations, the newest first."""
    found = calibrating.list_calibrations(visit.session, actor_of(visit), paging.limit + 1, paging.after_id)
    page = paging.page(found, lambda one: one.calibration_id, lambda one: one)
    following = urlencode({"cursor": page["next_cursor"]}) if page["next_cursor"] else ""
    rows = tuple(_row(visit, one) for one in page["items"])
    title = visit.frame(visit.say("calibrations.title"))
    return answer(visit, CalibrationsPage(title, rows, f"/calibrations?{following}" if following else "", conversation))


@router.post("/calibrations")
def call(
    visit: LeadVisit,
    conversation: Annotated[str, Form(max_length=200)] = "",
    title: Annotated[str, Form()] = "",
    due: Annotated[MaybeDay, Form()] = None,
) -> Response:
    """Calls people to judge a conversation."""
    start_writing(visit.session)
    actor = actor_of(visit)
    talk = find_conversation(visit.session, conversation.strip(), actor.viewer)
    made = calibrating.open_calibration(visit.session, talk.id or 0, title, actor, due)
    return see_other(f"/calibrations/{made.id}?done=called")


@router.get("/calibrations/{calibration_id}")
def show_calibration(calibration_id: RowNumber, visit: LeadVisit) -> Response:
    """One calibration as the visitor may see it now."""
    return answer(visit, _page(visit, calibration_id))


@router.post("/calibrations/{calibration_id}")
def hand_in(calibration_id: RowNumber, visit: LeadVisit, typed: AnyFields) -> Response:
    """Keeps one's own sheet, once and for good; one that cannot be reckoned comes back as typed."""
    start_writing(visit.session)
    try:
        marks, verdicts = read_marks(visit, typed), _verdicts(typed)
        calibrating.hand_in_sheet(
            visit.session, calibration_id, marks, verdicts, actor_of(visit), typed.get("note", "")
        )
    except (ScorecardError, WordsMissingError) as error:
        return answer(visit, _page(visit, calibration_id, typed, str(error)), status=422)
    return see_other(f"/calibrations/{calibration_id}?done=handed_in")


@router.post("/calibrations/{calibration_id}/close")
def close(calibration_id: RowNumber, visit: LeadVisit, conclusion: Annotated[str, Form()] = "") -> Response:
    """Ends it: from now on everybody sees all sheets."""
    start_writing(visit.session)
    calibrating.close_calibration(visit.session, calibration_id, conclusion, actor_of(visit))
    return see_other(f"/calibrations/{calibration_id}?done=closed")


def kappa_step(kappa: float) -> str:
    """What a kappa is called: `worse`, `slight`, `fair`, `moderate`, `substantial` or `almost`."""
    return next((name for above, name in KAPPA_STEPS if kappa > above), "worse" if kappa < 0 else "slight")


def _page(
    visit: Visit, calibration_id: int, typed: Mapping[str, str] | None = None, problem: str = ""
) -> CalibrationPage:
    actor = actor_of(visit)
    found = calibrating.get_calibration(visit.session, calibration_id, actor)
    talk = get_conversation(visit.session, found.conversation_id, actor.viewer)
    mine = next((one for one in found.sheets if one.by == actor.actor_id), None)
    is_open = found.closed_at is None and not found.is_mine_in
    given = typed or {f"verdict_{one}": verdict for one, verdict in (mine.verdicts if mine else {}).items()}
    told = judged_talk(
        visit, talk, lambda one: VerdictChoice(one.finding.id or 0, given.get(f"verdict_{one.finding.id}", ""), is_open)
    )
    sheet = scorecard_form(
        visit,
        f"/calibrations/{calibration_id}",
        visit.say("calibration.hand_in"),
        rule_set_of(visit.session, talk, actor.zone).weights,
        typed=typed,
        problem=problem,
    )
    row = _row(visit, found)
    return CalibrationPage(
        frame=visit.frame(found.title),
        calibration_id=calibration_id,
        title=found.title,
        number=found.conversation,
        by=found.by_name,
        due=row.due,
        handed_in=found.handed_in,
        closed=visit.local_time(found.closed_at) if found.closed_at else "",
        conclusion=found.conclusion,
        talk=_blind(told),
        sheet=sheet if is_open else None,
        mine=score_word(visit, mine.score, mine.failed) if mine else None,
        comparison=_comparison(visit, found.sheets, found.comparison) if found.comparison else None,
        can_close=found.closed_at is None and found.handed_in > 0,
    )


def _blind(talk: JudgedTalk) -> JudgedTalk:
    """What others decided of a finding is not told to those who are to judge for themselves."""
    undecided = {"status": "open", "status_word": "", "counts": True, "points": 0.0}
    turns = (
        turn._replace(notes=tuple(replace(note, **undecided) for note in turn.notes))  # type: ignore[arg-type]
        for turn in talk.turns
    )
    whole = tuple(replace(note, **undecided) for note in talk.whole)  # type: ignore[arg-type]
    return replace(talk, turns=tuple(turns), whole=whole)


def _verdicts(typed: Mapping[str, str]) -> dict[int, Verdict]:
    known = {str(Verdict.CONFIRM), str(Verdict.REJECT)}
    marked = ((name.removeprefix("verdict_"), value) for name, value in typed.items() if name.startswith("verdict_"))
    return {int(number): Verdict(value) for number, value in marked if number.isdecimal() and value in known}


def _row(visit: Visit, one: CalibrationView) -> CalibrationRow:
    state = "closed" if one.closed_at else "mine_in" if one.is_mine_in else "open"
    return CalibrationRow(
        address=f"/calibrations/{one.calibration_id}",
        title=one.title,
        number=one.conversation,
        by=one.by_name,
        due=one.due_on.isoformat() if one.due_on else "",
        handed_in=one.handed_in,
        state=state,
        state_word=visit.say(f"calibration.state.{state}"),
    )


def _comparison(visit: Visit, sheets: tuple[SheetView, ...], found: Comparison) -> ComparisonPart:
    rows = [
        SpreadRow(
            term=visit.say(f"dimension.{one.dimension}") if one.dimension else visit.say("calibration.whole"),
            scores=tuple(f"{one.scores[sheet.by]:g}" if sheet.by in one.scores else "–" for sheet in sheets),
            mean=f"{one.mean:.1f}",
            range=f"{one.range:g}",
            is_wide=one.range >= WIDE,
        )
        for one in found.spreads
    ]
    return ComparisonPart(
        agreements=(
            _agreement(visit, "findings", found.findings),
            _agreement(visit, "failed", found.failed),
        ),
        people=tuple(one.by_name for one in sheets),
        rows=tuple(rows),
        notes=tuple((one.by_name, one.note) for one in sheets if one.note),
    )


def _agreement(visit: Visit, what: str, one: Agreement) -> AgreementWord:
    label = visit.say(f"calibration.on.{what}")
    if one.percent_01 is None:
        return AgreementWord(label, visit.say("calibration.nothing_twice"), "")
    if one.kappa is None:
        said, kappa = visit.say("calibration.all_alike"), "–"
    else:
        said, kappa = visit.say(f"kappa.{kappa_step(one.kappa)}"), f"{one.kappa:.2f}"
    figures = visit.say(
        "calibration.figures", percent=f"{100 * one.percent_01:.0f}", kappa=kappa, items=one.items, raters=one.raters
    )
    return AgreementWord(label, said, figures)

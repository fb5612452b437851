"""Importing a spreadsheet of cards: choose a file, see what becomes of every row, then take it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Form, UploadFile
from starlette.responses import Response

from api.routes import card_import as api_import
from kb.card_files import MAX_CARD_FILE_BYTES, ParsedRow, Refusal, read_card_file
from kb.cards.importing import ImportPlan, PlannedRow, plan_import
from kb.errors import CardFileError
from web.answers import told
from web.pending_uploads import SentForm, chosen_file, file_name, keep, kept_file
from web.visits import Frame, TrainerVisit, Visit, answer, see_other

UPLOADS = {"/cards/import": MAX_CARD_FILE_BYTES + 64 * 1024}
"""Paths of pages that take files, with the most bytes a request to them may have."""
SHOWN_ROWS = 300
"""Good rows shown one by one; every refused one is, up to ten times as many."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class ImportPage:
    """Choosing a file."""

    template: ClassVar[str] = "import.html"

    frame: Frame
    problem: str


class RowFate(NamedTuple):
    """What becomes of one good row."""

    row: int
    question: str
    fate: str
    fate_word: str


@dataclass(frozen=True)
class ImportCheckPage:
    """What would become of every row."""

    template: ClassVar[str] = "import_check.html"

    frame: Frame
    token: str
    name: str
    counts: tuple[tuple[str, str, int], ...]
    """Fate, its word, how many rows."""
    refused: tuple[Refusal, ...]
    rows: tuple[RowFate, ...]
    hidden: int
    """Rows that are not shown one by one."""
    to_write: int
    is_job: bool


@router.get("/cards/import")
def choose_file(visit: TrainerVisit) -> Response:
    """The form."""
    return answer(visit, ImportPage(visit.frame(visit.say("import.title")), ""))


@router.post("/cards/import")
def upload(visit: TrainerVisit, form: SentForm) -> Response:
    """Keeps the file for a day and shows what would become of it; nothing is written yet."""
    file = chosen_file(form)
    if file is None:
        return answer(
            visit, ImportPage(visit.frame(visit.say("import.title")), visit.say("import.no_file")), status=422
        )
    token = keep(visit, file, MAX_CARD_FILE_BYTES)
    return see_other(f"/cards/import/{token}?{urlencode({'name': file_name(file.filename)})}")


@router.get("/cards/import/{token}")
def check(token: str, visit: TrainerVisit, name: str = "") -> Response:
    """Every row's fate."""
    name = file_name(name)
    try:
        rows = [(name, row) for row in read_card_file(kept_file(visit, token), visit.services.zone, name)]
    except CardFileError as error:
        return answer(visit, ImportPage(visit.frame(visit.say("import.title")), str(error)), status=422)
    plan = plan_import(visit.session, rows, publish=True, shops=visit.who.shops)
    return answer(visit, _check_page(visit, token, name, rows, plan))


@router.post("/cards/import/{token}")
def take_in(
    token: str,
    visit: TrainerVisit,
    name: Annotated[str, Form()],
    publish: Annotated[bool, Form()] = False,
) -> Response:
    """Takes in every good row: at once, or, when there are many, as a job to follow."""
    file = kept_file(visit, token)
    with file.open("rb") as content:
        # The API's own import, so that both do the same; it makes a copy that it may keep.
        given = UploadFile(content, size=file.stat().st_size, filename=file_name(name))
        done = api_import.import_file(visit.who, given, visit.services, visit.session, False, publish)
    file.unlink(missing_ok=True)
    report = told(done)
    if done.status_code == 202:
        return see_other(f"/jobs/{report['job_id']}")
    return see_other(f"/cards?{urlencode(count_rows(report))}")


def count_rows(report: Mapping[str, Any]) -> dict[str, int]:
    """Rows by what an import's report, as the API gives it, says of them; several reasons may refuse one row."""
    refused = {(refusal["file"], refusal["row"]) for refusal in report["refused"]}
    return {name: report[name] for name in ("created", "updated", "unchanged")} | {"refused": len(refused)}


def _check_page(
    visit: Visit, token: str, name: str, rows: list[tuple[str, ParsedRow]], plan: ImportPlan
) -> ImportCheckPage:
    report = plan.report
    told_counts = (
        ("created", report.created),
        ("updated", report.updated),
        ("unchanged", report.unchanged),
        ("refused", report.refused_rows),
    )
    return ImportCheckPage(
        frame=visit.frame(visit.say("import.title")),
        token=token,
        name=name,
        counts=tuple((fate, visit.say(f"fate.{fate}"), count) for fate, count in told_counts),
        refused=plan.refused[: SHOWN_ROWS * 10],
        rows=tuple(_fate(visit, row) for row in plan.rows[:SHOWN_ROWS]),
        hidden=max(0, len(plan.rows) - SHOWN_ROWS),
        to_write=report.created + report.updated,
        is_job=len(rows) > api_import.MAX_ROWS_AT_ONCE,
    )


def _fate(visit: Visit, row: PlannedRow) -> RowFate:
    return RowFate(row.row, row.entry.standard_question, row.fate, visit.say(f"fate.{row.fate}"))

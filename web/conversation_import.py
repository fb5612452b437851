"""Importing conversations: choose a file, say what unknown headings mean, see what would come of it, take it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.responses import JSONResponse, Response

from api.lookup_models import MaybePlatform
from api.routes import conversation_import as api_import
from coaching.conversations.columns import COLUMNS
from coaching.conversations.files import MAX_FILE_BYTES, ConversationFile, check_headings
from coaching.errors import ConversationFileError, HeadingsUnknownError
from kb.content import MaybeShort
from web import choices
from web.answers import told
from web.choices import Choice
from web.pending_uploads import SentForm, chosen_file, file_name, keep, kept_file
from web.visits import Frame, TrainerVisit, Visit, answer, see_other

UPLOADS = {"/conversations/import": MAX_FILE_BYTES + 64 * 1024}
"""Paths of pages that take files, with the most bytes a request to them may have."""
SHOWN = 300
"""Refusals and notes shown one by one."""
COUNTS = ("created", "updated", "unchanged", "refused")

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class ConversationFilePage:
    """Choosing a file, and saying what it leaves open."""

    template: ClassVar[str] = "conversation_file.html"

    frame: Frame
    problem: str
    platforms: tuple[Choice, ...]
    shops: tuple[Choice, ...]


class FieldRow(NamedTuple):
    """One thing to be found in the table."""

    field: str
    label: str
    is_missing: bool
    """Needed, and no heading is known to mean it."""
    is_required: bool


@dataclass(frozen=True)
class HeadingsPage:
    """Which column means what, asked once for every shape of table."""

    template: ClassVar[str] = "conversation_headings.html"

    frame: Frame
    token: str
    name: str
    headings: tuple[str, ...]
    fields: tuple[FieldRow, ...]
    platform: str
    shop: str
    platforms: tuple[Choice, ...]
    shops: tuple[Choice, ...]


class Sentence(NamedTuple):
    """A kind of news with what it tells."""

    label: str
    text: str


@dataclass(frozen=True)
class ConversationCheckPage:
    """What would come of the file."""

    template: ClassVar[str] = "conversation_check.html"

    frame: Frame
    token: str
    name: str
    hidden: tuple[tuple[str, str], ...]
    """Fields that go along: platform, shop, columns."""
    is_large: bool
    """It is checked and taken in as a job."""
    counts: tuple[tuple[str, str, int], ...]
    """Fate, its word, how many conversations; rows where they are refused."""
    messages: int
    news: tuple[Sentence, ...]
    """Codes nobody had created: a slip of the pen shows here."""
    notes: tuple[str, ...]
    refused: tuple[Mapping[str, Any], ...]
    to_write: int


class Given(BaseModel):
    """What somebody says of a file as they send it."""

    platform: MaybePlatform = None
    shop: MaybeShort = None


class Asked(NamedTuple):
    """What somebody said of a file."""

    name: str
    platform: MaybePlatform
    shop: str | None
    columns: tuple[str, ...]
    """`field=heading`."""

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The same as fields of a form."""
        given = (("name", self.name), ("platform", self.platform or ""), ("shop", self.shop or ""))
        return (*((name, str(value)) for name, value in given if value), *(("column", one) for one in self.columns))


@router.get("/conversations/import")
def choose_file(visit: TrainerVisit) -> Response:
    """The form."""
    return answer(visit, _file_page(visit))


@router.post("/conversations/import")
def upload(visit: TrainerVisit, form: SentForm) -> Response:
    """Keeps the file for a day; nothing is written yet."""
    file = chosen_file(form)
    if file is None:
        return answer(visit, _file_page(visit, visit.say("import.no_file")), status=422)
    try:
        given = Given.model_validate({name: form[name] for name in Given.model_fields if name in form})
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    token = keep(visit, file, MAX_FILE_BYTES)
    asked = Asked(file_name(file.filename), given.platform, given.shop, ())
    return see_other(f"/conversations/import/{token}?{urlencode(asked.pairs)}")


@router.get("/conversations/import/{token}")
def check(
    token: str,
    visit: TrainerVisit,
    name: str = "",
    platform: Annotated[MaybePlatform, Query()] = None,
    shop: Annotated[MaybeShort, Query()] = None,
    column: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """What would come of it; first, where headings are unknown, the question what they mean."""
    asked = Asked(file_name(name), platform, shop, _chosen(column))
    try:
        file = kept_file(visit, token)
        reading = api_import.reading_of(visit.session, platform, shop, asked.columns)
        check_headings(ConversationFile(file, asked.name), reading)
        report = None if api_import.is_large(file) else told(_import(visit, token, asked, dry_run=True))
    except HeadingsUnknownError as error:
        return answer(visit, _headings_page(visit, token, asked, error))
    except ConversationFileError as error:
        return answer(visit, _file_page(visit, str(error)), status=422)
    return answer(visit, _check_page(visit, token, asked, report))


@router.post("/conversations/import/{token}")
def take_in(
    token: str,
    visit: TrainerVisit,
    name: Annotated[str, Form()],
    platform: Annotated[MaybePlatform, Form()] = None,
    shop: Annotated[MaybeShort, Form()] = None,
    column: Annotated[list[str] | None, Form()] = None,
    dry_run: Annotated[bool, Form()] = False,
) -> Response:
    """Takes in every good conversation, a large file as a job to follow; or has a job only check it."""
    asked = Asked(file_name(name), platform, shop, _chosen(column))
    done = _import(visit, token, asked, dry_run=dry_run)
    report = told(done)
    if not dry_run:
        kept_file(visit, token).unlink(missing_ok=True)
    if done.status_code == 202:
        back = urlencode({"back": f"/conversations/import/{token}?{urlencode(asked.pairs)}"})
        return see_other(f"/jobs/{report['job_id']}" + (f"?{back}" if dry_run else ""))
    done_so = {**count_conversations(report), "messages": report["messages"]}
    return see_other(f"/conversations?{urlencode(done_so)}")


def count_conversations(report: Mapping[str, Any]) -> dict[str, int]:
    """What an import's report, as the API gives it, says in numbers; what is refused is rows."""
    return {**{name: report[name] for name in COUNTS[:3]}, "refused": report["refused_rows"]}


def _import(visit: Visit, token: str, asked: Asked, *, dry_run: bool) -> JSONResponse:
    # The API's own import, so that both do the same; it makes a copy that it may keep.
    file = kept_file(visit, token)
    with file.open("rb") as content:
        given = UploadFile(content, size=file.stat().st_size, filename=asked.name)
        return api_import.import_file(
            visit.who, given, visit.services, visit.session, dry_run, asked.platform, asked.shop, list(asked.columns)
        )


def _chosen(columns: list[str] | None) -> tuple[str, ...]:
    """Only those for which a heading was chosen."""
    return tuple(one for one in columns or () if one.partition("=")[2].strip())


def _file_page(visit: Visit, problem: str = "") -> ConversationFilePage:
    frame = visit.frame(visit.say("talks.import.title"))
    return ConversationFilePage(frame, problem, choices.platforms(visit), choices.shops(visit))


def _headings_page(visit: Visit, token: str, asked: Asked, error: HeadingsUnknownError) -> HeadingsPage:
    rows = [
        FieldRow(one.field, visit.say(f"talks.column.{one.field}"), one.field in error.missing, one.required)
        for one in COLUMNS
        if one.field in error.missing or not one.required
    ]
    return HeadingsPage(
        frame=visit.frame(visit.say("talks.import.title")),
        token=token,
        name=asked.name,
        headings=error.headings,
        fields=tuple(sorted(rows, key=lambda row: not row.is_missing)),
        platform=str(asked.platform or ""),
        shop=asked.shop or "",
        platforms=choices.platforms(visit) if "platform" in error.missing or asked.platform else (),
        shops=choices.shops(visit) if "shop" in error.missing or asked.shop else (),
    )


def _check_page(visit: Visit, token: str, asked: Asked, report: Mapping[str, Any] | None) -> ConversationCheckPage:
    told_counts = count_conversations(report) if report else {}
    news = ("created_shops", "created_agents", "created_products")
    found = [Sentence(visit.say(f"talks.{name}"), "、".join(report[name])) for name in news if report and report[name]]
    return ConversationCheckPage(
        frame=visit.frame(visit.say("talks.import.title")),
        token=token,
        name=asked.name,
        hidden=asked.pairs,
        is_large=report is None,
        counts=tuple((fate, visit.say(f"fate.{fate}"), count) for fate, count in told_counts.items()),
        messages=report["messages"] if report else 0,
        news=tuple(found),
        notes=tuple(report["notes"][:SHOWN]) if report else (),
        refused=tuple(report["refused"][:SHOWN]) if report else (),
        to_write=told_counts.get("created", 0) + told_counts.get("updated", 0),
    )

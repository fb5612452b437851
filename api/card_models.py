"""Cards in JSON: what comes in, what goes out, and in which zone times without one are meant."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from api.errors import InvalidRequestError
from api.row_numbers import RowNumber
from api.validation import sentence
from kb.card_files import Refusal, reasons
from kb.card_files.columns import codes_in
from kb.cards.importing import ImportPlan, ImportReport
from kb.cards.reading import CardVersion
from kb.content import CardEntry
from kb.vocabulary import Status

_EXAMPLE: dict[str, Any] = {
    "external_id": "faq-ship-when",
    "kind": "faq",
    "standard_question": "下单后多久能发货?",
    "similar_questions": ["啥时候发货", "今天拍今天能发吗"],
    "replies": [{"text": "{买家昵称}您好，现货付款后 48 小时内发出。", "tone": "亲切"}],
    "key_points": [{"text": "48 小时内发货", "wordings": ["两天内发出"]}],
    "facts": [{"subject": "现货", "predicate": "发货时限", "value": "48", "unit": "小时"}],
    "phase": "presale",
    "intent": "发货时间",
}
Model = TypeVar("Model", bound=BaseModel)
_READ_ONLY = ("card_id", "published_version", "status")


class CardIn(CardEntry):
    """A card as it is written; the fields of the card files under their English names."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})


class CardSaveIn(CardIn):
    """A changed card; `version` is the one it was made from. What a card's JSON holds besides is ignored."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_EXAMPLE, "version": 3}]})

    version: RowNumber


class RollbackIn(BaseModel):
    """Which version is to come back."""

    version: RowNumber


class CardOut(CardEntry):
    """A card as it stands: for agents at the revision that answers, for others at the newest."""

    card_id: int
    version: int
    published_version: int | None
    status: Status


class RevisionOut(CardOut):
    """One version of a card and where it came from."""

    saved_at: datetime
    actor_id: str
    note: str


class RefusalOut(BaseModel):
    """Why a row was not taken."""

    file: str
    row: int = Field(description="表格行号，从 1 起 · as the spreadsheet shows it")
    column: str
    reason: str


class RowFateOut(BaseModel):
    """What a dry run would do with one good row."""

    file: str
    row: int
    fate: str = Field(description="created / updated / unchanged")
    standard_question: str


class ImportOut(BaseModel):
    """What an import did, or in a dry run would do."""

    created: int
    updated: int
    unchanged: int
    refused: list[RefusalOut]
    created_shops: list[str] = Field(description="文件里新出现的店铺编号 · shop codes nobody had created")
    created_products: list[str] = Field(description="文件里新出现的商品编号 · product codes nobody had created")
    rows: list[RowFateOut] | None = Field(default=None, description="只在 dry_run 时：每一行的去向 · dry run only")


class ImportJobOut(BaseModel):
    """The job that a large import became."""

    job_id: str
    status: str
    url: str = Field(description="在这里看进度 · follow it here")


class SchemaOf:
    """Documents a raw body by a model, while the route itself validates it: it alone knows the zone."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, handler: Callable[[CoreSchema], JsonSchemaValue]
    ) -> JsonSchemaValue:
        return handler(self._model.__pydantic_core_schema__)


CardBody = Annotated[dict[str, Any], SchemaOf(CardIn)]
CardSaveBody = Annotated[dict[str, Any], SchemaOf(CardSaveIn)]


def read_card(body: Mapping[str, Any], zone: ZoneInfo) -> CardEntry:
    """The card a body describes.

    Raises:
        InvalidRequestError: naming each field that cannot be used.
    """
    return _validated(CardEntry, body, zone)


def read_saved_card(body: Mapping[str, Any], zone: ZoneInfo) -> CardSaveIn:
    """The changed card a body describes, with the version it was made from.

    Raises:
        InvalidRequestError: naming each field that cannot be used.
    """
    return _validated(CardSaveIn, {name: value for name, value in body.items() if name not in _READ_ONLY}, zone)


def card_out(found: CardVersion) -> dict[str, Any]:
    """`CardOut` as a dict."""
    return {
        "card_id": found.card.id,
        "version": found.revision.version,
        "published_version": found.card.published_version,
        "status": found.revision.status,
        **found.entry.model_dump(mode="json"),
    }


def revision_out(found: CardVersion) -> dict[str, Any]:
    """`RevisionOut` as a dict."""
    revision = found.revision
    saved = {"saved_at": revision.created_at.isoformat(), "actor_id": revision.actor_id, "note": revision.note}
    return card_out(found) | saved


def report_out(report: ImportReport) -> dict[str, Any]:
    """`ImportOut` as a dict; what a finished job stores, too."""
    return {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "refused": [_refusal(refusal) for refusal in report.refused],
        "created_shops": list(report.created_shops),
        "created_products": list(report.created_products),
    }


def plan_out(plan: ImportPlan) -> dict[str, Any]:
    """`ImportOut` of a dry run: the report, and the fate of every good row."""
    fates = [
        {"file": row.file, "row": row.row, "fate": row.fate, "standard_question": row.entry.standard_question}
        for row in plan.rows
    ]
    return report_out(plan.report) | {"rows": fates}


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {"file": refusal.file, "row": refusal.row, "column": refusal.column, "reason": refusal.reason}


def _validated(model: type[Model], body: Mapping[str, Any], zone: ZoneInfo) -> Model:
    try:
        return model.model_validate(codes_in(body), context={"zone": zone})
    except ValidationError as error:
        found = [{"field": field, "reason": reason} for field, reason in reasons(error)]
        raise InvalidRequestError(sentence(found), found[0]["field"], found) from error

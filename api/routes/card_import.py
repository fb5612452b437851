"""Importing card files: small ones at once, large ones as a job."""

from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from sqlmodel import Session
from starlette.datastructures import UploadFile

from api.card_models import ImportJobOut, ImportOut, plan_out, report_out
from api.deps import AnyServices, AsTrainer, DatabaseSession, start_writing
from api.identity import Identity
from api.services import Services
from api.uploads import file_schema, keep_upload, uploaded_file, uploads_folder
from kb.card_files import MAX_CARD_FILE_BYTES, ParsedRow, read_card_file
from kb.cards.editing import Actor
from kb.cards.importing import ImportReport, apply_plan, embed_plan, plan_import

MAX_ROWS_AT_ONCE = 1_000
"""Files with more rows become a job, so that no request takes minutes."""

router = APIRouter(prefix="/cards", tags=["cards"])


_card_file = uploaded_file("知识卡", MAX_CARD_FILE_BYTES)


@router.post(
    "/import",
    summary="导入知识卡文件 · Import a card file",
    responses={200: {"model": ImportOut}, 202: {"model": ImportJobOut}},
    openapi_extra=file_schema(".csv .xlsx .jsonl .yaml"),
)
def import_file(
    identity: AsTrainer,
    upload: Annotated[UploadFile, Depends(_card_file)],
    services: AnyServices,
    session: DatabaseSession,
    dry_run: Annotated[bool, Query(description="只检查，不写入 · report only")] = False,
    publish: Annotated[bool, Query(description="导入后立即发布 · publish at once")] = False,
) -> JSONResponse:
    """A bad row never stops the good ones; the same file again changes nothing.

    Over 1,000 rows the answer is 202 with a job: follow `GET /api/v1/jobs/{job_id}`.
    """
    name = PurePath(upload.filename or "").name
    file = keep_upload(upload, uploads_folder(services.data_dir))
    is_handed_on = False
    try:
        rows = [(name, row) for row in read_card_file(file, services.zone, name)]
        if len(rows) <= MAX_ROWS_AT_ONCE or dry_run:
            if dry_run:
                plan = plan_import(session, rows, publish=publish, shops=identity.shops)
                return JSONResponse(plan_out(plan))
            return JSONResponse(report_out(_import(session, services, identity, rows, publish)))
        job_id = services.jobs.import_cards(
            file, name, publish=publish, actor_id=identity.actor_id, shops=identity.shops
        )
        is_handed_on = True
    finally:
        if not is_handed_on:
            file.unlink(missing_ok=True)
    return JSONResponse({"job_id": job_id, "status": "waiting", "url": f"/api/v1/jobs/{job_id}"}, 202)


def _import(
    session: Session,
    services: Services,
    identity: Identity,
    rows: list[tuple[str, ParsedRow]],
    publish: bool,
) -> ImportReport:
    plan = plan_import(session, rows, publish=publish, shops=identity.shops)
    # Embedding takes long and commits on its own: before the write lock. The plan is made again under it.
    embed_plan(plan, services.catalogue.encoder, services.cache)
    start_writing(session)
    plan = plan_import(session, rows, publish=publish, shops=identity.shops)
    return apply_plan(session, plan, Actor(identity.actor_id, services.clock(), services.zone))

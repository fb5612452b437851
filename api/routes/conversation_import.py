"""Importing conversation files: small ones at once, large ones as a job."""

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from sqlmodel import Session
from starlette.datastructures import UploadFile

from api.card_models import ImportJobOut
from api.conversation_models import ConversationImportOut, report_out
from api.deps import AnyServices, AsTrainer, DatabaseSession, start_writing
from api.errors import InvalidRequestError
from api.identity import Identity
from api.looking_up import check_shop
from api.lookup_models import MaybePlatform
from api.services import Services
from api.uploads import file_schema, keep_upload, uploaded_file, uploads_folder
from coaching.conversations.files import (
    MAX_FILE_BYTES,
    ConversationFile,
    Reading,
    check_headings,
    table_headings,
)
from coaching.conversations.headings import checked_mapping, recall_mapping, remember_mapping
from coaching.conversations.importing import ConversationReport, keep, prepare
from coaching.conversations.spool import open_spool
from coaching.conversations.storing import Keeper
from kb.content import MaybeShort

_AT_ONCE_BYTES: Mapping[str, int] = {".xlsx": 200 * 1024}
_AT_ONCE_BYTES_ELSE = 1024 * 1024
"""Larger files become a job, so that no request takes minutes; a workbook is packed."""

router = APIRouter(prefix="/conversations", tags=["conversations"])
_conversation_file = uploaded_file("会话", MAX_FILE_BYTES)


@router.post(
    "/import",
    summary="导入会话文件 · Import a conversation file",
    responses={200: {"model": ConversationImportOut}, 202: {"model": ImportJobOut}},
    openapi_extra=file_schema(".csv .xlsx .jsonl"),
)
def import_file(
    identity: AsTrainer,
    upload: Annotated[UploadFile, Depends(_conversation_file)],
    services: AnyServices,
    session: DatabaseSession,
    dry_run: Annotated[bool, Query(description="只检查，不写入 · report only")] = False,
    platform: Annotated[MaybePlatform, Query(description="文件里没有平台时 · where the file names none")] = None,
    shop: Annotated[MaybeShort, Query(description="文件里没有店铺时 · where the file names none")] = None,
    column: Annotated[
        list[str] | None, Query(description="字段=列名，可写多次，会记住 · field=heading, remembered")
    ] = None,
) -> JSONResponse:
    """A bad row never stops the good ones; the same file again changes nothing.

    Files over 1 MB (.xlsx: 200 KB) are answered with 202 and a job: follow `GET /api/v1/jobs/{job_id}`.
    """
    check_shop(identity, shop)
    reading = reading_of(session, platform, shop, column)
    kept = keep_upload(upload, uploads_folder(services.data_dir))
    file = ConversationFile(kept, PurePath(upload.filename or "").name)
    is_handed_on = False
    try:
        check_headings(file, reading)
        if not is_large(kept):
            return JSONResponse(report_out(_import(session, services, identity, file, reading, dry_run)))
        job_id = services.jobs.import_conversations(
            kept,
            file.name,
            given=reading.given,
            mapping=reading.mapping,
            dry_run=dry_run,
            actor_id=identity.actor_id,
            shops=identity.shops,
        )
        is_handed_on = True
    finally:
        if not is_handed_on:
            kept.unlink(missing_ok=True)
    return JSONResponse({"job_id": job_id, "status": "waiting", "url": f"/api/v1/jobs/{job_id}"}, 202)


def is_large(file: Path) -> bool:
    """Whether a file becomes a job."""
    return file.stat().st_size > _AT_ONCE_BYTES.get(file.suffix.lower(), _AT_ONCE_BYTES_ELSE)


def reading_of(session: Session, platform: MaybePlatform, shop: str | None, columns: Sequence[str] | None) -> Reading:
    """What somebody said of a file: platform and shop where it names none, and columns as `field=heading`.

    Raises:
        InvalidRequestError: a column is not written like that.
        ConversationFileError: no such field.
    """
    given = {name: str(value) for name, value in (("platform", platform), ("shop", shop)) if value}
    return Reading(given, _mapping(columns or ()), lambda headings: recall_mapping(session, headings))


def _mapping(columns: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for one in columns:
        name, equals, heading = one.partition("=")
        if not equals or not heading.strip():
            raise InvalidRequestError(f"“{one}”看不懂，请写成 字段=列名，例如 text=聊天记录", "column")
        pairs[name.strip()] = heading.strip()
    return checked_mapping(pairs)


def _import(
    session: Session, services: Services, identity: Identity, file: ConversationFile, reading: Reading, dry_run: bool
) -> ConversationReport:
    with open_spool() as spool:
        report = prepare([file], spool, reading, services.zone, lambda _name, _total: lambda _count: None)
        if dry_run:
            return keep(spool, Keeper(session, services.clock(), identity.shops, dry=True), report)
        start_writing(session)
        # Only now: who writes later is newer, and whoever looks at the newest time misses nothing.
        now = services.clock()
        keep(spool, Keeper(session, now, identity.shops), report)
        remember_mapping(session, table_headings(file), reading.mapping, identity.actor_id, now)
        return report

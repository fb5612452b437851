"""Calibrations: several people judge one conversation, each for themselves, and compare."""

from typing import Annotated

from fastapi import APIRouter, Body, Query

from api.acting import actor_of
from api.deps import AnyServices, AsLead, DatabaseSession, start_writing
from api.paging import AnyPaging, PageOut
from api.review_models import CalibrationIn, ConclusionIn, SheetIn, marks_of
from coaching.reviewing.calibrating import (
    CalibrationView,
    close_calibration,
    get_calibration,
    hand_in_sheet,
    list_calibrations,
    open_calibration,
)

router = APIRouter(prefix="/calibrations", tags=["reviews"])


@router.post("", summary="发起校准 · Open a calibration", status_code=201)
def open_one(
    wanted: Annotated[CalibrationIn, Body()], identity: AsLead, services: AnyServices, session: DatabaseSession
) -> CalibrationView:
    """Calls people to judge a conversation."""
    start_writing(session)
    actor = actor_of(identity, services)
    made = open_calibration(session, wanted.conversation_id, wanted.title, actor, wanted.due_on)
    return get_calibration(session, made.id or 0, actor)


@router.get("", summary="校准列表 · List calibrations")
def list_all(
    identity: AsLead,
    services: AnyServices,
    session: DatabaseSession,
    paging: AnyPaging,
    only_open: Annotated[bool, Query()] = False,
) -> PageOut[CalibrationView]:
    """Calibrations of your shops, the newest first."""
    actor = actor_of(identity, services)
    rows = list_calibrations(session, actor, paging.limit + 1, paging.after_id, only_open=only_open)
    return PageOut[CalibrationView](**paging.page(rows, lambda one: one.calibration_id, lambda one: one))


@router.get("/{calibration_id}", summary="一次校准 · One calibration")
def read(calibration_id: int, identity: AsLead, services: AnyServices, session: DatabaseSession) -> CalibrationView:
    """Until it is closed you see your own sheet only; then all of them, and how far people agree."""
    return get_calibration(session, calibration_id, actor_of(identity, services))


@router.post("/{calibration_id}/sheets", summary="交评分 · Hand in a sheet", status_code=201)
def hand_in(
    calibration_id: int,
    wanted: Annotated[SheetIn, Body()],
    identity: AsLead,
    services: AnyServices,
    session: DatabaseSession,
) -> CalibrationView:
    """Your scorecard and what you make of each finding, once and for good."""
    start_writing(session)
    actor = actor_of(identity, services)
    verdicts = dict(wanted.verdicts)
    hand_in_sheet(session, calibration_id, marks_of(wanted.marks), verdicts, actor, wanted.note)
    return get_calibration(session, calibration_id, actor)


@router.post("/{calibration_id}/close", summary="结束校准 · Close")
def close(
    calibration_id: int,
    wanted: Annotated[ConclusionIn, Body()],
    identity: AsLead,
    services: AnyServices,
    session: DatabaseSession,
) -> CalibrationView:
    """Ends it with what people agreed on, and shows everybody all sheets."""
    start_writing(session)
    actor = actor_of(identity, services)
    close_calibration(session, calibration_id, wanted.conclusion, actor)
    return get_calibration(session, calibration_id, actor)

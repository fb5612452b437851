"""Whether the server lives, whether it can answer, and what it counted."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import func, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from api.accounts import is_loopback
from api.deps import AnyServices, DatabaseSession, MaybeIdentity, client_host
from api.errors import NotLoggedInError, NotReadyError
from kb.feedback_tables import Gap

router = APIRouter(tags=["health"])


@router.get("/health/live", summary="进程在运行 · The process runs")
async def live() -> dict[str, str]:
    """Answers as long as the process does."""
    return {"status": "ok"}


@router.get("/health/ready", summary="可以回答 · Ready to answer")
def ready(services: AnyServices, session: DatabaseSession) -> JSONResponse:
    """503 until the encoder is loaded, the database answers and the cards are in memory."""
    catalogue = services.catalogue
    if not catalogue.generation:
        raise NotReadyError("知识卡正在载入，请稍等。")
    try:
        session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        raise NotReadyError("数据库没有回应，请检查 HUASHU_DATABASE_URL 和磁盘。") from error
    catalogue.encoder.encode_queries(["在吗"])
    return JSONResponse({"status": "ready", "cards": len(catalogue), "model": catalogue.encoder.model_id})


@router.get("/metrics", summary="Prometheus 指标 · Prometheus metrics", response_class=PlainTextResponse)
def metrics(
    request: Request, identity: MaybeIdentity, services: AnyServices, session: DatabaseSession
) -> PlainTextResponse:
    """For this machine, or with a token."""
    if identity is None and not is_loopback(client_host(request)):
        raise NotLoggedInError("本机以外读取指标需要 Authorization: Bearer 令牌。")
    gaps = session.exec(select(func.count()).select_from(Gap)).one()
    gauges = {
        "huashu_cards": ("Published cards in memory.", float(len(services.catalogue))),
        "huashu_questions": ("Questions in the vector index.", float(len(services.catalogue.index))),
        "huashu_gaps": ("Knowledge gaps stored.", float(gaps)),
    }
    return PlainTextResponse(services.metrics.text(gauges), media_type="text/plain; version=0.0.4")

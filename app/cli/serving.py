"""`serve`."""

import logging
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.progress import progress

if TYPE_CHECKING:
    from app.card_import import Stages
    from app.composition import Parts


def serve(
    samples: Annotated[
        bool, typer.Option("--samples", help="数据目录为空时装入示例知识库和演示账号，并打印登录链接")
    ] = False,
) -> None:
    """启动服务：网页和 API 在同一个地址。按 Ctrl+C 停止。"""
    from app.settings import Settings

    settings = Settings()
    _log_to_stderr()
    print("正在启动…", file=sys.stderr, flush=True)
    from app.composition import open_parts
    from app.serving import bind, completing, running
    from app.serving import serve as answer

    with bind(settings) as taken, open_parts(settings) as parts, progress() as stages:
        if samples:
            _load_samples(parts, stages)
        catalogue = parts.catalogue(stages)
        with completing(parts.encoder) as complete, running(parts, catalogue, samples=samples) as app:

            def listening() -> None:
                _announce(parts, samples)
                complete()

            answer(app, taken, listening)


def _load_samples(parts: "Parts", stages: "Stages") -> None:
    from sqlmodel import Session

    from app.samples.loading import is_untouched, load_samples

    with Session(parts.engine) as session:
        untouched = is_untouched(session)
    if untouched:
        load_samples(parts.importer, parts.settings.zone, stages)


def _announce(parts: "Parts", samples: bool) -> None:
    """Login links for demo accounts, then the address; the last lines before the server is left alone."""
    from app.composition import present
    from app.database import transaction
    from app.samples.loading import fresh_login_links

    settings = parts.settings
    if samples:
        with transaction(parts.engine) as session:
            links = fresh_login_links(session, present())
        for role, secret in links:
            print(f"{role} {settings.local_url}/login/link/{secret}", flush=True)
    print(f"{settings.public_url}", flush=True)


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    for noisy in ("alembic", "sentence_transformers", "httpx", "uvicorn.error", "faiss.loader"):
        logging.getLogger(noisy).setLevel(logging.WARNING)

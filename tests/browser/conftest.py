"""A real server with sample cards, and a real Chromium that may talk to nothing else."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import uvicorn
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import Engine
from sqlmodel import Session, select

from api.accounts import create_account, open_session
from api.application import build_application
from api.deps import SESSION_COOKIE
from api.identity import Role
from api.services import Services
from app.card_import import CardFile, CardImporter, ImportOrder
from app.database import DatabaseVectorCache, open_database
from app.samples.removing import has_samples, remove_samples
from coaching.inspection.rescoring import rescore
from coaching.inspection.tables import Finding
from embeddings import Encoder, FaissIndex
from kb.cards.editing import Actor, create_card, publish_card
from kb.cards.tables import Shop
from kb.content import CardContent
from kb.search.catalogue import Catalogue
from tests.coaching.inspection.stored import RUDE, inspect, keep
from web.failures import error_page
from web.mounting import UPLOADS, Samples, mount

_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((found for name in _NAMES if (found := shutil.which(name))), "")
SAMPLES = Path(__file__).parents[2] / "data" / "faq"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOSTILE = "<img src=x onerror=\"window.pwned='{0}'\"><script>window.pwned='{0}'</script>"
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


@dataclass(frozen=True)
class Site:
    """The running server and a way to become somebody."""

    address: str
    engine: Engine
    log_in: Callable[..., str]
    """Role, and the code of the agent it is, if any → the secret of a session."""

    def rows(self, table: Any) -> list[Any]:
        """All rows of a table, by id."""
        with Session(self.engine) as session:
            return list(session.exec(select(table)))


class NoJobs:
    """Small files need none."""

    def import_cards(self, *_given: Any, **_more: Any) -> str:
        raise AssertionError("no file here is that large")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM or os.environ.get("HUASHU_REQUIRE_BROWSER") == "1":
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="no Chromium found"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    assert CHROMIUM, "HUASHU_REQUIRE_BROWSER=1, but there is no Chromium: apt-get install chromium"
    return {"executable_path": CHROMIUM, "headless": True, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    return {"viewport": DESK, "locale": "zh-CN"}


@pytest.fixture(scope="session")
def site(encoder: Encoder, empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Part of the sample company's cards and some hostile ones, served for real."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(empty_database, folder / "huashu.sqlite3")
    engine = open_database(f"sqlite:///{folder / 'huashu.sqlite3'}")
    services = _services(engine, encoder, folder)
    app = build_application(error_page=error_page, uploads=UPLOADS)
    app.state.services = services
    mount(app, Samples(present=has_samples, remove=remove_samples))
    taken = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Site(
        f"http://127.0.0.1:{taken.getsockname()[1]}", engine, lambda role, agent=None: _log_in(engine, role, agent)
    )
    server.should_exit = True
    thread.join(10)
    taken.close()
    engine.dispose()


@pytest.fixture
def context(context: BrowserContext, site: Site) -> Iterator[BrowserContext]:
    """An agent's browser; fails the test when a page complains or asks another host for anything."""
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.address)
    complaints: list[str] = []
    context.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("request", lambda asked: None if asked.url.startswith(site.address) else complaints.append(asked.url))
    become(context, site, Role.AGENT)
    yield context
    assert [one for one in complaints if "status of 40" not in one] == []


@pytest.fixture
def bench(page: Page, site: Site) -> Page:
    """The workbench, open."""
    page.goto(site.address)
    return page


def become(context: BrowserContext, site: Site, role: Role, agent: str | None = None) -> None:
    """Logs the browser in as somebody of a role, who may be an agent with conversations."""
    context.add_cookies([{"name": SESSION_COOKIE, "value": site.log_in(role, agent), "url": site.address}])


def _log_in(engine: Engine, role: Role, agent: str | None) -> str:
    now = datetime.now(UTC)
    with Session(engine) as session:
        account = create_account(session, f"{role.term}{now.timestamp()}", role, [], now, agent=agent)
        secret = open_session(session, account, now)
        session.commit()
    return secret


def _services(engine: Engine, encoder: Encoder, folder: Path) -> Services:
    cache = DatabaseVectorCache(engine)
    files = [CardFile(path, path.name) for path in sorted(SAMPLES.glob("*/*.yaml")) if path.name in _CHOSEN]
    order = ImportOrder(files, "samples", ZoneInfo("Asia/Shanghai"), publish=True)
    CardImporter(engine, encoder, cache, lambda: datetime.now(UTC)).run(order, lambda *_: lambda _: None)
    with Session(engine) as session:
        now = datetime.now(UTC)
        session.add(Shop(code="mian", name="棉语旗舰店", platform="tmall", created_at=now))
        _hostile_card(session, now)
        session.commit()
        _talks(session, now)
        catalogue = Catalogue(encoder, cache, FaissIndex(encoder.dimension))
        catalogue.load(session)
    return Services(
        engine=engine,
        catalogue=catalogue,
        cache=cache,
        jobs=NoJobs(),
        clock=lambda: datetime.now(UTC),
        zone=ZoneInfo("Asia/Shanghai"),
        data_dir=folder,
        public_url="http://127.0.0.1",
        secret_key="only-for-tests-0123456789abcdef",
    )


_CHOSEN = {"aftersale_1_parcel.yaml", "aftersale_2_quality.yaml", "insale_logistics.yaml", "greeting.yaml"}


def _talks(session: Session, now: datetime) -> None:
    """Inspected conversations of two agents: the first with findings of every look, the last with hostile words."""
    hostile = ("C " + HOSTILE.format("customer"), "A " + HOSTILE.format("reply"), "C 人呢??")
    for place, said in enumerate(((*RUDE, "S 顾客已离开", "B 机器人收到"), hostile, *[RUDE] * 11)):
        begun = now - timedelta(days=place * 2, hours=2)
        roles = {"C": "customer", "A": "agent", "B": "bot", "S": "system"}
        messages = [
            {"role": roles[line[0]], "text": line[2:], "sent_at": begun + timedelta(minutes=number)}
            for number, line in enumerate(said)
        ]
        keep(session, f"talk-{place}", messages=messages, agent="wu" if place % 5 == 4 else "lin", rating=5)
    inspect(session)
    critical, contradicted = session.exec(select(Finding).where(Finding.conversation_id == 1)).all()[:2]
    critical.severity, critical.better_reply = "critical", "亲，尺码表在详情页第三张图。"
    contradicted.sqlmodel_update({"card_id": 1, "card_quote": "发货时限：48小时", "better_reply": "48 小时内发出。"})
    session.add_all([critical, contradicted])
    rescore(session, 1)
    session.commit()


def _hostile_card(session: Session, now: datetime) -> None:
    content = CardContent.model_validate(
        {
            "standard_question": "坏卡片" + HOSTILE.format("question"),
            "replies": [{"text": HOSTILE.format("reply"), "tone": HOSTILE.format("tone")}, "另一种{" + "变量" + "}"],
            "facts": [{"predicate": HOSTILE.format("fact"), "value": "1"}],
            "source": HOSTILE.format("source"),
        }
    )
    by = Actor("account:0", now)
    publish_card(session, create_card(session, content, by).card.id or 0, by)

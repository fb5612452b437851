"""Real database, real encoder, a clock that moves only when told: shared by the tests of api, web and app."""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine
from sqlmodel import Session

from api.accounts import create_account, open_session
from api.identity import Role
from api.services import Services
from api.tables import Account
from api.tokens import create_token
from app.database import DatabaseVectorCache, open_database
from embeddings import Encoder, FaissIndex, load_encoder
from kb.cards.editing import Actor, create_card, publish_card
from kb.cards.tables import Product, Shop
from kb.content import CardContent
from kb.search.catalogue import Catalogue
from tests.closed_network import closed_network

__all__ = ["closed_network"]

# Two busy processors make slow examples; that says nothing about the code.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def speaking_loggers() -> None:
    """Each test begins with every logger heard: one that ran before in the same process may have silenced them."""
    logging.disable(logging.NOTSET)
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.disabled = False


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


@dataclass
class FakeJobs:
    """Remembers what it was asked to do, and does nothing."""

    asked: list[dict[str, Any]] = field(default_factory=list)

    def import_cards(self, file: Path, name: str, *, publish: bool, actor_id: str, shops: frozenset[str] | None) -> str:
        self.asked.append({"file": file, "name": name, "publish": publish, "actor_id": actor_id, "shops": shops})
        return f"job-{len(self.asked)}"

    def import_conversations(self, file: Path, name: str, **more: Any) -> str:
        self.asked.append({"file": file, "name": name, **more})
        return f"job-{len(self.asked)}"


def lent(application: FastAPI, services: Services) -> Iterator[FastAPI]:
    """An application that many tests use in turn: with one's services, and afterwards without the routes one added.

    What an application remembers lies in its services, so that nothing passes from test to test.
    """
    routes = list(application.router.routes)
    application.state.services = services
    yield application
    application.state.services = None
    application.router.routes[:] = routes
    application.openapi_schema = None


@pytest.fixture(scope="session")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the bundled model is unpacked once, for every worker of this run and the programs it starts."""
    own = tmp_path_factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "model"


@pytest.fixture(scope="session")
def encoder(model_dir: Path) -> Encoder:
    return load_encoder(None, model_dir, threads=1)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without rows, to be copied."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite3"
    open_database(f"sqlite:///{path}").dispose()
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs() -> FakeJobs:
    return FakeJobs()


@pytest.fixture
def engine(empty_database: Path, tmp_path: Path) -> Iterator[Engine]:
    path = tmp_path / "huashu.sqlite3"
    shutil.copy(empty_database, path)
    engine = open_database(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def services(engine: Engine, encoder: Encoder, clock: Clock, jobs: FakeJobs, tmp_path: Path) -> Services:
    """What a server runs on; the catalogue is loaded, and empty."""
    cache = DatabaseVectorCache(engine)
    catalogue = Catalogue(encoder, cache, FaissIndex(encoder.dimension))
    with Session(engine) as session:
        catalogue.load(session)
    return Services(
        engine=engine,
        catalogue=catalogue,
        cache=cache,
        jobs=jobs,
        clock=clock,
        zone=ZoneInfo("Asia/Shanghai"),
        data_dir=tmp_path,
        public_url="http://127.0.0.1:8000",
        secret_key="only-for-tests-0123456789abcdef",
    )


@pytest.fixture
def catalogue(services: Services) -> Catalogue:
    return services.catalogue


@pytest.fixture
def publish(session: Session, services: Services) -> Callable[..., int]:
    """Publishes a card with these fields and lets the catalogue follow; gives its id."""

    def _publish(question: str, *replies: str, external_id: str | None = None, **fields: Any) -> int:
        content = CardContent(standard_question=question, replies=replies or ("好的。",), **fields)
        by = Actor("account:0", services.clock(), services.zone)
        made = create_card(session, content, by, external_id)
        card_id = made.card.id or 0
        publish_card(session, card_id, by)
        session.commit()
        services.catalogue.refresh(session)
        return card_id

    return _publish


@pytest.fixture
def shops(session: Session) -> None:
    """Two shops on different platforms, and a product."""
    session.add(Shop(code="mian", name="棉语旗舰店", platform="tmall", created_at=NOW))
    session.add(Shop(code="zao", name="小灶旗舰店", platform="jd", created_at=NOW))
    session.add(Product(code="tee-01", name="重磅圆领 T 恤", created_at=NOW))
    session.commit()


@pytest.fixture
def token(session: Session, clock: Clock) -> Callable[..., str]:
    """The secret of a fresh service token of a role, for these shops (none: all)."""

    def _token(role: Role = Role.ADMIN, *shops: str) -> str:
        secret = create_token(session, f"test {role}", clock(), role=role, shops=shops)
        session.commit()
        return secret

    return _token


@pytest.fixture
def account(session: Session, clock: Clock) -> Callable[..., Account]:
    """A fresh account, by default without password and for all shops."""

    def _account(name: str = "小林", role: Role = Role.AGENT, *shops: str, **more: Any) -> Account:
        made = create_account(session, name, role, shops, clock(), **more)
        session.commit()
        return made

    return _account


@pytest.fixture
def logged_in(session: Session, clock: Clock) -> Callable[[Account], str]:
    """The secret of a fresh login session."""

    def _logged_in(account: Account) -> str:
        secret = open_session(session, account, clock())
        session.commit()
        return secret

    return _logged_in

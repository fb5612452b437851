"""The API over HTTP, asked as whoever a test needs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.application import build_application
from api.identity import Role
from api.services import Services
from tests.conftest import lent

Ask = Callable[..., TestClient]


@pytest.fixture(scope="session")
def built_application() -> FastAPI:
    """Built once, as by a server: building it takes longer than most tests do."""
    return build_application()


@pytest.fixture
def application(built_application: FastAPI, services: Services) -> Iterator[FastAPI]:
    yield from lent(built_application, services)


@pytest.fixture
def nobody(application: FastAPI) -> Iterator[TestClient]:
    """A client on another machine without token or cookie; sees a 500 as an answer."""
    with TestClient(application, client=("203.0.113.9", 40000), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def ask(application: FastAPI, token: Callable[..., str]) -> Iterator[Ask]:
    """A client with a service token of a role, for these shops (none: all)."""
    with ExitStack() as clients:

        def _ask(role: Role = Role.ADMIN, *shops: str) -> TestClient:
            headers = {"Authorization": f"Bearer {token(role, *shops)}"}
            client = TestClient(application, client=("203.0.113.9", 40000), headers=headers)
            return clients.enter_context(client)

        yield _ask

"""The pages over HTTP, seen by whoever a test needs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fastapi import FastAPI

from api.application import build_application
from api.deps import SESSION_COOKIE
from api.identity import Role
from api.secrets import csrf_token
from api.services import Services
from api.tables import Account
from app.samples.removing import has_samples, remove_samples
from tests.conftest import lent
from tests.web.browsing import Browser
from web.failures import error_page
from web.mounting import UPLOADS, Samples, mount


@pytest.fixture(scope="session")
def built_application() -> FastAPI:
    """Built once, as by a server: building it takes longer than most tests do."""
    made = build_application(error_page=error_page, uploads=UPLOADS)
    mount(made, Samples(present=has_samples, remove=remove_samples))
    return made


@pytest.fixture
def application(built_application: FastAPI, services: Services) -> Iterator[FastAPI]:
    yield from lent(built_application, services)


@pytest.fixture
def stranger(application: FastAPI) -> Iterator[Browser]:
    """Nobody known, on this machine."""
    with Browser(application, client=("127.0.0.1", 40000), raise_server_exceptions=False) as browser:
        yield browser


@pytest.fixture
def browse(
    application: FastAPI,
    services: Services,
    account: Callable[..., Account],
    logged_in: Callable[[Account], str],
) -> Iterator[Callable[..., Browser]]:
    """A logged-in person of a role, for these shops (none: all)."""
    with ExitStack() as browsers:

        def _browse(role: Role = Role.AGENT, *shops: str, name: str = "", **more: object) -> Browser:
            secret = logged_in(account(name or f"某{role.term}{'、'.join(shops)}", role, *shops, **more))
            browser = Browser(application, client=("127.0.0.1", 40000), raise_server_exceptions=False)
            browser.cookies.set(SESSION_COOKIE, secret)
            browser.csrf = csrf_token(services.secret_key, secret)
            return browsers.enter_context(browser)

        yield _browse

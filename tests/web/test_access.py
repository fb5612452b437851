"""Who may open which page: a table of every page and role, complete by test."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.identity import Role
from tests.web.browsing import Browser
from web.mounting import PAGES

LOGIN = 303
"""Whoever is not logged in is taken to the login page."""
GONE, BAD = 404, 422
# page: (nobody, agent, trainer, lead, admin); forms are sent without fields
TABLE: dict[tuple[str, str], tuple[int, int, int, int, int]] = {
    ("GET", "/"): (LOGIN, 200, 200, 200, 200),
    ("POST", "/"): (LOGIN, 200, 200, 200, 200),
    ("GET", "/search"): (LOGIN, 200, 200, 200, 200),
    ("POST", "/search/gap"): (LOGIN, BAD, BAD, BAD, BAD),
    ("GET", "/cards"): (LOGIN, 403, 200, 200, 200),
    ("GET", "/cards/import"): (LOGIN, 403, 200, 200, 200),
    ("POST", "/cards/import"): (LOGIN, 403, BAD, BAD, BAD),
    ("GET", "/cards/import/{token}"): (LOGIN, 403, BAD, BAD, BAD),
    ("POST", "/cards/import/{token}"): (LOGIN, 403, BAD, BAD, BAD),
    ("GET", "/cards/{card_id}"): (LOGIN, GONE, GONE, GONE, GONE),
    ("POST", "/cards/{card_id}/publish"): (LOGIN, 403, GONE, GONE, GONE),
    ("POST", "/cards/{card_id}/archive"): (LOGIN, 403, GONE, GONE, GONE),
    ("GET", "/conversations"): (LOGIN, 403, 200, 200, 200),
    ("GET", "/conversations/import"): (LOGIN, 403, 200, 200, 200),
    ("POST", "/conversations/import"): (LOGIN, 403, BAD, BAD, BAD),
    ("GET", "/conversations/import/{token}"): (LOGIN, 403, BAD, BAD, BAD),
    ("POST", "/conversations/import/{token}"): (LOGIN, 403, BAD, BAD, BAD),
    ("GET", "/conversations/{conversation_id}"): (LOGIN, GONE, GONE, GONE, GONE),
    ("GET", "/my/conversations"): (LOGIN, 200, 200, 200, 200),
    ("GET", "/inspection"): (LOGIN, 403, 403, 200, 200),
    ("GET", "/reviews"): (LOGIN, 403, 403, 200, 200),
    ("POST", "/reviews/draw"): (LOGIN, 403, 403, BAD, BAD),
    ("POST", "/reviews/{task_id}/skip"): (LOGIN, 403, 403, GONE, GONE),
    ("GET", "/conversations/{conversation_id}/review"): (LOGIN, 403, 403, GONE, GONE),
    ("POST", "/conversations/{conversation_id}/review"): (LOGIN, 403, 403, GONE, GONE),
    ("POST", "/findings/{finding_id}/decision"): (LOGIN, 403, 403, BAD, BAD),
    ("GET", "/findings/{finding_id}/appeal"): (LOGIN, GONE, GONE, GONE, GONE),
    ("POST", "/findings/{finding_id}/appeal"): (LOGIN, GONE, GONE, GONE, GONE),
    ("POST", "/findings/{finding_id}/case"): (LOGIN, 403, GONE, GONE, GONE),
    ("GET", "/appeals"): (LOGIN, 200, 200, 200, 200),
    ("POST", "/appeals/{appeal_id}/withdraw"): (LOGIN, GONE, GONE, GONE, GONE),
    ("POST", "/appeals/{appeal_id}/answer"): (LOGIN, 403, 403, BAD, BAD),
    ("GET", "/calibrations"): (LOGIN, 403, 403, 200, 200),
    ("POST", "/calibrations"): (LOGIN, 403, 403, GONE, GONE),
    ("GET", "/calibrations/{calibration_id}"): (LOGIN, 403, 403, GONE, GONE),
    ("POST", "/calibrations/{calibration_id}"): (LOGIN, 403, 403, GONE, GONE),
    ("POST", "/calibrations/{calibration_id}/close"): (LOGIN, 403, 403, GONE, GONE),
    ("GET", "/rules/precision"): (LOGIN, 403, 403, 200, 200),
    ("GET", "/rules"): (LOGIN, 403, 403, 200, 200),
    ("POST", "/rules/sets/{code}"): (LOGIN, 403, 403, BAD, BAD),
    ("GET", "/rules/new"): (LOGIN, 403, 403, 200, 200),
    ("POST", "/rules/new"): (LOGIN, 403, 403, BAD, BAD),
    ("GET", "/rules/{rule_id}"): (LOGIN, 403, 403, GONE, GONE),
    ("POST", "/rules/{rule_id}"): (LOGIN, 403, 403, GONE, GONE),
    ("GET", "/cases"): (LOGIN, 200, 200, 200, 200),
    ("POST", "/cases"): (LOGIN, 403, BAD, BAD, BAD),
    ("GET", "/cases/new"): (LOGIN, 403, 200, 200, 200),
    ("GET", "/cases/{case_id}"): (LOGIN, 403, GONE, GONE, GONE),
    ("POST", "/cases/{case_id}"): (LOGIN, 403, BAD, BAD, BAD),
    ("POST", "/cases/{case_id}/archive"): (LOGIN, 403, GONE, GONE, GONE),
    ("GET", "/mystery"): (LOGIN, 200, 200, 200, 200),
    ("POST", "/mystery"): (LOGIN, 403, 403, BAD, BAD),
    ("POST", "/mystery/{visit_id}/link"): (LOGIN, GONE, GONE, GONE, GONE),
    ("POST", "/mystery/{visit_id}/cancel"): (LOGIN, 403, 403, GONE, GONE),
    ("GET", "/box"): (LOGIN, 200, 200, 200, 200),
    ("POST", "/box"): (LOGIN, BAD, BAD, BAD, BAD),
    ("POST", "/box/{entry_id}"): (LOGIN, 403, 403, BAD, BAD),
    ("GET", "/gaps"): (LOGIN, 403, 200, 200, 200),
    ("GET", "/jobs/{job_id}"): (LOGIN, 403, GONE, GONE, GONE),
    ("GET", "/samples/remove"): (LOGIN, 403, 403, 403, 200),
    ("POST", "/samples/remove"): (LOGIN, 403, 403, 403, 303),
    ("GET", "/login"): (200, 303, 303, 303, 303),
    ("POST", "/login"): (403, 403, 403, 403, 403),
    ("GET", "/login/link/{secret}"): (401, 401, 401, 401, 401),
    ("POST", "/login/link/{secret}"): (403, 403, 403, 403, 403),
    ("POST", "/logout"): (303, 303, 303, 303, 303),
    ("POST", "/preferences"): (303, 303, 303, 303, 303),
}
NAMES = defaultdict(lambda: "77", job_id="no-job", token="f" * 32 + ".csv", secret="unknown")
"""What stands for the names in addresses: nothing that is there."""
ROLES: tuple[Role | None, ...] = (None, *Role)


def test_the_table_names_every_page() -> None:
    routes = [route for module in PAGES for route in module.router.routes if isinstance(route, APIRoute)]
    assert {(method, route.path) for route in routes for method in route.methods} == set(TABLE)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: str(role or "nobody"))
def test_a_role_gets_what_the_table_says(role: Role | None, browse: Callable[..., Browser], stranger: Browser) -> None:
    answers = {}
    for (method, path), expected in TABLE.items():
        browser = stranger if role is None else browse(role, name=f"{role} {method} {path}"[:90])
        address = path.format_map(NAMES)
        answer: Any = browser.get(address, follow_redirects=False) if method == "GET" else browser.submit(address)
        if answer.status_code != expected[ROLES.index(role)]:
            answers[method, path] = answer.status_code
    assert answers == {}


def test_a_form_without_its_token_does_nothing(browse: Callable[..., Browser]) -> None:
    admin = browse(Role.ADMIN)
    for method, path in TABLE:
        if method == "POST":
            answer = admin.post(path.format_map(NAMES), follow_redirects=False)
            assert answer.status_code == 403, path


@pytest.mark.usefixtures("shops")
def test_pages_of_another_shop_stay_closed(browse: Callable[..., Browser], publish: Callable[..., int]) -> None:
    card_id = publish("小灶的卡", shops=["zao"])
    assert browse(Role.AGENT, "mian").get(f"/cards/{card_id}").status_code == 404
    assert browse(Role.TRAINER, "mian").get(f"/cards/{card_id}").status_code == 404
    assert browse(Role.AGENT, "zao").get(f"/cards/{card_id}").status_code == 200

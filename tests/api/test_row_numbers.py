from collections.abc import Callable

import pytest

from api.identity import Role
from api.row_numbers import MAX_NUMBER, number_in

TOO_LARGE = (MAX_NUMBER + 1, 2**63, 10**20, -(2**63) - 1)


@pytest.mark.parametrize("number", TOO_LARGE)
def test_path_with_a_number_no_row_can_have_is_not_found(ask, number: int) -> None:
    admin = ask(Role.ADMIN)
    for method, path, code in (
        ("GET", f"cards/{number}", "card_not_found"),
        ("GET", f"cards/{number}/revisions", "card_not_found"),
        ("DELETE", f"cards/{number}", "card_not_found"),
        ("POST", f"cards/{number}/publish", "card_not_found"),
        ("DELETE", f"tokens/{number}", "token_not_found"),
    ):
        answer = admin.request(method, f"/api/v1/{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, code)


@pytest.mark.parametrize("number", TOO_LARGE)
def test_body_with_a_number_no_row_can_have_names_its_field(ask, publish: Callable[..., int], number: int) -> None:
    trainer, card_id = ask(Role.TRAINER), publish("多久发货")
    card = trainer.get(f"/api/v1/cards/{card_id}").json()
    for answer, field in (
        (trainer.put(f"/api/v1/cards/{card_id}", json=card | {"version": number}), "version"),
        (trainer.post(f"/api/v1/cards/{card_id}/rollback", json={"version": number}), "version"),
        (trainer.post("/api/v1/suggestions/x/events", json={"kind": "sent", "card_id": number}), "card_id"),
    ):
        assert (answer.status_code, answer.json()["error"]["details"][0]["field"]) == (422, field)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        (str(MAX_NUMBER), MAX_NUMBER),
        (str(MAX_NUMBER + 1), None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
    ],
)
def test_number_is_read_only_where_a_row_can_have_it(text: str, number: int | None) -> None:
    assert number_in(text) == number

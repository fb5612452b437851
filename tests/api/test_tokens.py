from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from api.accounts import set_active
from api.errors import InvalidRequestError, TokenNotFoundError
from api.identity import Role
from api.tables import Account, ApiToken
from api.tokens import create_token, holder_of_token, list_tokens, revoke_token

AFAR = "203.0.113.9"


def test_token_is_stored_hashed(session: Session, engine: Engine, token: Callable[..., str]) -> None:
    secret = token()
    assert secret.startswith("hs_")
    with engine.connect() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM api_token").all())
    assert secret not in rows
    assert secret.removeprefix("hs_") not in rows
    assert len(session.exec(select(ApiToken.secret_hash)).one()) == 64


def test_token_of_an_account_follows_that_account(session: Session, account: Callable[..., Account], clock) -> None:
    person = account("小林", Role.TRAINER, "mian")
    secret = create_token(session, "脚本", clock(), account=person)
    person.role, person.shops = Role.LEAD, ["zao"]
    session.flush()
    holder = holder_of_token(session, secret, clock(), AFAR)
    assert holder is not None
    assert (holder.identity.actor_id, holder.identity.role) == (f"account:{person.id}", Role.LEAD)
    assert holder.identity.shops == {"zao"}
    set_active(session, person, is_active=False)
    assert holder_of_token(session, secret, clock(), AFAR) is None


def test_token_of_a_demo_account_works_on_this_machine_only(
    session: Session, account: Callable[..., Account], clock
) -> None:
    secret = create_token(session, "", clock(), account=account("演示", is_demo=True))
    assert holder_of_token(session, secret, clock(), AFAR) is None
    assert holder_of_token(session, secret, clock(), "127.0.0.1") is not None


def test_token_needs_a_role_or_an_account_and_not_both(session: Session, account, clock) -> None:
    person = account()
    for wrong in ({}, {"role": Role.AGENT, "account": person}, {"account": person, "shops": ["mian"]}):
        with pytest.raises(InvalidRequestError):
            create_token(session, "x", clock(), **wrong)
    with pytest.raises(InvalidRequestError):
        create_token(session, "长" * 101, clock(), role=Role.AGENT)


def test_somebody_with_shops_manages_only_tokens_within_them(session: Session, token: Callable[..., str]) -> None:
    for shops in ((), ("mian",), ("mian", "zao")):
        token(Role.AGENT, *shops)
    seen = list_tokens(session, frozenset({"mian"}))
    assert [one.shops for one, _ in seen] == [["mian"]]
    all_tokens = list_tokens(session, None)
    with pytest.raises(TokenNotFoundError):
        revoke_token(session, all_tokens[0][0].id or 0, frozenset({"mian"}))
    revoke_token(session, seen[0][0].id or 0, frozenset({"mian"}))
    assert len(list_tokens(session, None)) == 2


def test_id_of_a_revoked_token_is_never_given_again(session: Session, token: Callable[..., str]) -> None:
    token()
    [(first, _)] = list_tokens(session, None)
    revoke_token(session, first.id or 0, None)
    session.commit()
    token()
    assert list_tokens(session, None)[0][0].id != first.id


def test_token_made_over_http_works_until_it_is_revoked(ask, nobody: TestClient) -> None:
    admin = ask(Role.ADMIN)
    made = admin.post("/api/v1/tokens", json={"name": "插件", "role": "agent"})
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    bearer = {"Authorization": f"Bearer {made.json()['token']}"}
    assert nobody.get("/api/v1/shops", headers=bearer).status_code == 200
    assert admin.delete(f"/api/v1/tokens/{made.json()['token_id']}").status_code == 204
    refused = nobody.get("/api/v1/shops", headers=bearer)
    assert (refused.status_code, refused.json()["error"]["code"]) == (401, "not_logged_in")
    assert admin.delete(f"/api/v1/tokens/{made.json()['token_id']}").status_code == 404


def test_list_of_tokens_shows_no_secret_and_when_each_was_used(ask, clock) -> None:
    admin = ask(Role.ADMIN)
    secret = admin.post("/api/v1/tokens", json={"name": "插件", "role": "agent"}).json()["token"]
    listed = admin.get("/api/v1/tokens")
    assert secret not in listed.text
    used, unused = listed.json()["items"]
    assert used["last_used_at"] == "2026-11-21T04:00:00+00:00"
    assert unused["last_used_at"] is None
    clock.advance(timedelta(minutes=59))
    admin.get("/api/v1/tokens")
    assert admin.get("/api/v1/tokens").json()["items"][0]["last_used_at"] == "2026-11-21T04:00:00+00:00"
    clock.advance(timedelta(minutes=2))
    admin.get("/api/v1/tokens")
    assert admin.get("/api/v1/tokens").json()["items"][0]["last_used_at"] == "2026-11-21T05:01:00+00:00"


def test_admin_of_one_shop_makes_tokens_for_that_shop_only(ask) -> None:
    admin = ask(Role.ADMIN, "mian")
    for shops, status in (([], 403), (["zao"], 403), (["mian"], 201)):
        assert admin.post("/api/v1/tokens", json={"role": "agent", "shops": shops}).status_code == status


def test_token_for_an_account_nobody_has_is_404(ask) -> None:
    answer = ask().post("/api/v1/tokens", json={"account": "谁"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "account_not_found")

"""Tokens of programs: listed without their secrets, made, revoked."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.accounts import get_account
from api.deps import AnyServices, AsAdmin, DatabaseSession
from api.errors import ForbiddenError
from api.identity import Identity, Role
from api.paging import AnyPaging, PageOut
from api.row_numbers import TokenId
from api.tables import Account, ApiToken
from api.tokens import create_token, find_token, list_tokens, revoke_token
from kb.content import Codes, MaybeShort, Short

router = APIRouter(prefix="/tokens", tags=["tokens"])


class TokenIn(BaseModel):
    """Either a role (a service token) or an account (the token acts as that account)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "浏览器插件", "role": "agent", "shops": ["qinghe-tmall"]}]}
    )

    name: Short = ""
    role: Role | None = None
    account: MaybeShort = Field(None, description="账号名 · an account's name")
    shops: Annotated[Codes, Field(description="服务令牌能看到的店铺，空为全部 · empty: all")] = ()


class TokenOut(BaseModel):
    """A token without its secret."""

    token_id: int
    name: str
    role: Role
    account: str | None
    shops: list[str]
    created_at: datetime
    last_used_at: datetime | None = Field(description="精确到小时 · within the hour")


class NewTokenOut(TokenOut):
    """A token with its secret, which is shown this once."""

    token: str


@router.get("", summary="令牌列表 · List tokens", responses={200: {"model": PageOut[TokenOut]}})
def list_all(identity: AsAdmin, session: DatabaseSession, paging: AnyPaging) -> JSONResponse:
    """Tokens by id, never their secrets."""
    rows = list_tokens(session, identity.shops)
    after = paging.after_id or 0
    some = [row for row in rows if (row[0].id or 0) > after][: paging.limit + 1]
    return JSONResponse(paging.page(some, lambda row: row[0].id, lambda row: _token(*row)))


@router.post("", status_code=201, summary="新建令牌 · Make a token", responses={201: {"model": NewTokenOut}})
def create(wanted: TokenIn, identity: AsAdmin, services: AnyServices, session: DatabaseSession) -> JSONResponse:
    """The answer holds `token`, the secret: keep it, it cannot be shown again."""
    account = get_account(session, wanted.account) if wanted.account else None
    _check_shops(identity, account.shops if account else wanted.shops)
    secret = create_token(session, wanted.name, services.clock(), role=wanted.role, account=account, shops=wanted.shops)
    token = find_token(session, secret)
    assert token is not None  # it was made a line above
    return JSONResponse(_token(token, account) | {"token": secret}, 201, {"Cache-Control": "no-store"})


@router.delete("/{token_id}", status_code=204, summary="停用令牌 · Revoke a token")
def revoke(token_id: TokenId, identity: AsAdmin, session: DatabaseSession) -> Response:
    """It stops working at once."""
    revoke_token(session, token_id, identity.shops)
    return Response(status_code=204)


def _check_shops(identity: Identity, shops: list[str] | tuple[str, ...]) -> None:
    if identity.shops is not None and not (shops and identity.shops.issuperset(shops)):
        own = "、".join(sorted(identity.shops))
        raise ForbiddenError(f"您只能为自己的店铺建令牌，请把 shops 填成其中的：{own}。")


def _token(token: ApiToken, account: Account | None) -> dict[str, Any]:
    return {
        "token_id": token.id,
        "name": token.label,
        "role": account.role if account else token.role,
        "account": account.name if account else None,
        "shops": account.shops if account else token.shops,
        "created_at": token.created_at.isoformat(),
        "last_used_at": token.last_used_at.isoformat() if token.last_used_at else None,
    }

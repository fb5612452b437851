"""Tokens: keys of programs. A service token stands for itself, an account's token for that account."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from api.accounts import identity_of_account, may_enter
from api.errors import InvalidRequestError, TokenNotFoundError
from api.identity import Identity, Role
from api.secrets import TOKEN_PREFIX, new_secret, secret_hash
from api.tables import Account, ApiToken

_TOUCH_AFTER = timedelta(hours=1)
"""`last_used_at` is this coarse, so that a lookup costs no extra write."""
_MAX_LABEL_CHARS = 100
_TOKENS = select(ApiToken, Account).outerjoin(Account, col(ApiToken.account_id) == Account.id)
_HOLDER = _TOKENS.where(ApiToken.secret_hash == bindparam("secret_hash"))
"""Ready-made: every request with a token asks it."""


def create_token(
    session: Session,
    label: str,
    now: datetime,
    *,
    role: Role | None = None,
    account: Account | None = None,
    shops: Iterable[str] = (),
) -> str:
    """A new token's secret, shown this once; only its hash is kept.

    Args:
        session: open session.
        label: what the token is for.
        now: the present.
        role: role of a service token.
        account: whom the token acts as instead: with that account's role and shops, whatever they become.
        shops: what a service token sees; none means all shops.

    Raises:
        InvalidRequestError: not exactly one of role and account, shops with an account, or the label too long.
    """
    wanted = sorted(set(shops))
    own_role = account.role if account is not None else role
    if own_role is None or (account is not None and role is not None):
        raise InvalidRequestError("role 和 account 请填一个，且只填一个", "role")
    if account is not None and wanted:
        raise InvalidRequestError("账号的令牌只能看到该账号的店铺，请不要再填 shops", "shops")
    if len(label) > _MAX_LABEL_CHARS:
        raise InvalidRequestError(f"名称最多 {_MAX_LABEL_CHARS} 个字", "name")
    secret = TOKEN_PREFIX + new_secret()
    token = ApiToken(
        secret_hash=secret_hash(secret),
        label=label,
        role=own_role,
        account_id=account.id if account is not None else None,
        shops=wanted,
        created_at=now,
    )
    session.add(token)
    session.flush()
    return secret


def find_token(session: Session, secret: str) -> ApiToken | None:
    """The token with this secret."""
    return session.exec(select(ApiToken).where(ApiToken.secret_hash == secret_hash(secret))).one_or_none()


class Holder(NamedTuple):
    """Who a token stands for."""

    identity: Identity
    token_id: int
    touch_due: bool
    """Whether its `last_used_at` is to be brought up to date."""


def holder_of_token(session: Session, secret: str, now: datetime, client_host: str) -> Holder | None:
    """Who a token stands for; None when unknown or revoked, or when its account may not enter."""
    found = session.exec(_HOLDER, params={"secret_hash": secret_hash(secret)}).one_or_none()
    if found is None:
        return None
    token, account = found
    identity = _identity(token, account, client_host)
    if identity is None:
        return None
    return Holder(identity, token.id or 0, token.last_used_at is None or now - token.last_used_at > _TOUCH_AFTER)


def touch_token(session: Session, token_id: int, now: datetime) -> None:
    """Notes that a token is in use. A write: not to be done before long work."""
    session.execute(update(ApiToken).where(col(ApiToken.id) == token_id).values(last_used_at=now))


def list_tokens(session: Session, shops: frozenset[str] | None) -> list[tuple[ApiToken, Account | None]]:
    """Tokens with their accounts, by id, as far as they see nothing outside `shops` (None: all)."""
    rows: list[tuple[ApiToken, Account | None]] = list(session.exec(_TOKENS.order_by(col(ApiToken.id))))
    return [(token, account) for token, account in rows if _within(token, account, shops)]


def revoke_token(session: Session, token_id: int, shops: frozenset[str] | None) -> None:
    """Ends a token at once.

    Raises:
        TokenNotFoundError: no such token, or it sees more than `shops`.
    """
    token = session.get(ApiToken, token_id)
    account = session.get(Account, token.account_id) if token is not None and token.account_id else None
    if token is None or not _within(token, account, shops):
        raise TokenNotFoundError(f"没有编号为 {token_id} 的令牌，可能已被删除。")
    session.delete(token)
    session.flush()


def _identity(token: ApiToken, account: Account | None, client_host: str) -> Identity | None:
    if token.account_id is None:
        shops = frozenset(token.shops) or None
        return Identity(f"token:{token.id}", Role(token.role), shops, token.label)
    if account is None or not may_enter(account, client_host):
        return None
    return identity_of_account(account)


def _within(token: ApiToken, account: Account | None, shops: frozenset[str] | None) -> bool:
    own = account.shops if account is not None else token.shops
    return shops is None or (bool(own) and shops.issuperset(own))

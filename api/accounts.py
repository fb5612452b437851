"""Accounts: people who log in with a password or a one-time link. Nothing here commits."""

import ipaddress
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from api.errors import AccountExistsError, AccountNotFoundError, InvalidRequestError, NotLoggedInError
from api.identity import Identity, Role
from api.passwords import FailedLogins, hash_password, verify_password
from api.secrets import new_secret, secret_hash
from api.tables import Account, LoginLink, LoginSession
from coaching.tables import Agent
from kb.content import without_controls

SESSION_LASTS = timedelta(hours=12)
LINK_LASTS = timedelta(hours=24)
MIN_PASSWORD_CHARS = 8
MAX_PASSWORD_CHARS = 200
_MAX_NAME_CHARS = 100


def create_account(
    session: Session,
    name: str,
    role: Role,
    shops: Iterable[str],
    now: datetime,
    password: str | None = None,
    agent: str | None = None,
    is_demo: bool = False,
) -> Account:
    """A new account; no shops means all shops. An agent code nobody has yet makes that agent.

    Raises:
        AccountExistsError: the name is taken.
        InvalidRequestError: the name or the password cannot be used.
    """
    name = clean_name(name)
    if not 1 <= len(name) <= _MAX_NAME_CHARS:
        raise InvalidRequestError(f"账号名要有 1 到 {_MAX_NAME_CHARS} 个字", "name")
    if find_account(session, name) is not None:
        raise AccountExistsError(f"账号“{name}”已经存在，请换一个名字。")
    if agent is not None and session.get(Agent, agent) is None:
        session.add(Agent(code=agent, name=name, is_demo=is_demo, created_at=now))
        session.flush()
    account = Account(
        name=name,
        role=role,
        shops=sorted(set(shops)),
        agent=agent,
        password_hash=_new_hash(password) if password is not None else None,
        is_demo=is_demo,
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account


def clean_name(name: str) -> str:
    """An account name as it is stored and compared: full and half width are one, no outer blanks."""
    return unicodedata.normalize("NFKC", without_controls(name)).strip()


def find_account(session: Session, name: str) -> Account | None:
    """The account with this name."""
    return session.exec(select(Account).where(Account.name == clean_name(name))).one_or_none()


def get_account(session: Session, name: str) -> Account:
    """The account with this name.

    Raises:
        AccountNotFoundError: no such account.
    """
    account = find_account(session, name)
    if account is None:
        raise AccountNotFoundError(f"没有名为“{clean_name(name)}”的账号，请先用 huashu create-account 创建。")
    return account


def list_accounts(session: Session) -> list[Account]:
    """All accounts, by name."""
    return list(session.exec(select(Account).order_by(col(Account.name))))


def set_password(session: Session, account: Account, password: str) -> None:
    """A new password; sessions and links of the account end with the old one.

    Raises:
        InvalidRequestError: too short or too long.
    """
    account.password_hash = _new_hash(password)
    _log_out_everywhere(session, account)
    session.flush()


def set_active(session: Session, account: Account, is_active: bool) -> None:
    """Lets an account in, or out: with False its sessions, links and tokens stop working at once."""
    account.is_active = is_active
    if not is_active:
        _log_out_everywhere(session, account)
    session.flush()


def check_password(
    session: Session, failed: FailedLogins, name: str, password: str, now: datetime, client_host: str
) -> Account:
    """The account whose name and password these are; takes as long for unknown names.

    Raises:
        NotLoggedInError: wrong name or password, an inactive account, or a demo account from afar.
        TooManyAttemptsError: five failures for this name (twenty from this address) within five minutes.
    """
    name = clean_name(name)[:_MAX_NAME_CHARS]
    failed.check(name, client_host, now)
    account = find_account(session, name)
    is_right = verify_password(account.password_hash if account else None, password[:MAX_PASSWORD_CHARS])
    if account is None or not is_right or not may_enter(account, client_host):
        failed.add(name, client_host, now)
        raise NotLoggedInError("账号或密码不对，请检查后重试；忘记密码请找管理员。")
    failed.forget(name)
    return account


def open_session(session: Session, account: Account, now: datetime) -> str:
    """Logs an account in; returns the secret for the cookie."""
    secret = new_secret()
    session.add(
        LoginSession(
            secret_hash=secret_hash(secret),
            account_id=account.id or 0,
            created_at=now,
            expires_at=now + SESSION_LASTS,
        )
    )
    session.flush()
    return secret


def account_of_session(session: Session, secret: str, now: datetime, client_host: str) -> Account | None:
    """The account logged in under this secret; None when it ended, or may not enter from there."""
    statement = (
        select(Account)
        .join(LoginSession, col(LoginSession.account_id) == Account.id)
        .where(LoginSession.secret_hash == secret_hash(secret), col(LoginSession.expires_at) > now)
    )
    account = session.exec(statement).one_or_none()
    return account if account is not None and may_enter(account, client_host) else None


def close_session(session: Session, secret: str) -> None:
    """Logs out; an unknown secret is no error."""
    session.execute(delete(LoginSession).where(col(LoginSession.secret_hash) == secret_hash(secret)))


def create_login_link(session: Session, account: Account, now: datetime) -> str:
    """The secret of a link that logs this account in once, within 24 hours."""
    secret = new_secret()
    session.add(LoginLink(secret_hash=secret_hash(secret), account_id=account.id or 0, expires_at=now + LINK_LASTS))
    session.flush()
    return secret


def use_login_link(session: Session, secret: str, now: datetime, client_host: str) -> Account:
    """The account of a link, which is used up by this; links of demo accounts work on this machine only.

    Raises:
        NotLoggedInError: unknown, used, too old, or not allowed from there.
    """
    link = session.get(LoginLink, secret_hash(secret))
    account = session.get(Account, link.account_id) if link is not None else None
    # One UPDATE that only succeeds on an unused link: two clicks at once cannot both pass.
    fresh = (
        col(LoginLink.secret_hash) == secret_hash(secret),
        col(LoginLink.used_at).is_(None),
        col(LoginLink.expires_at) > now,
    )
    if (
        account is None
        or not may_enter(account, client_host)
        or session.exec(update(LoginLink).where(*fresh).values(used_at=now)).rowcount != 1
    ):
        raise NotLoggedInError(
            "登录链接已失效（每个链接只能用一次，24 小时内有效；演示账号只能在本机登录）。请取一个新的。"
        )
    return account


def drop_expired_logins(session: Session, now: datetime) -> int:
    """Clears sessions and links that no longer open anything; returns how many."""
    sessions = session.exec(delete(LoginSession).where(col(LoginSession.expires_at) <= now))
    links = session.exec(delete(LoginLink).where(col(LoginLink.expires_at) <= now))
    return sessions.rowcount + links.rowcount


def identity_of_account(account: Account) -> Identity:
    """The account as somebody who asks."""
    return Identity(
        actor_id=f"account:{account.id}",
        role=Role(account.role),
        shops=frozenset(account.shops) or None,
        name=account.name,
        account_id=account.id,
        agent=account.agent,
    )


def is_loopback(host: str) -> bool:
    """Whether an address is this very machine."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def may_enter(account: Account, client_host: str) -> bool:
    """Whether an account is let in from this address: active, and demo accounts on this machine only."""
    return account.is_active and (not account.is_demo or is_loopback(client_host))


def _new_hash(password: str) -> str:
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        raise InvalidRequestError(f"密码要有 {MIN_PASSWORD_CHARS} 到 {MAX_PASSWORD_CHARS} 个字符", "password")
    return hash_password(password)


def _log_out_everywhere(session: Session, account: Account) -> None:
    session.execute(delete(LoginSession).where(col(LoginSession.account_id) == account.id))
    session.execute(delete(LoginLink).where(col(LoginLink.account_id) == account.id))

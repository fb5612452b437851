"""`create-account` and `create-token`."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from api.identity import Role

if TYPE_CHECKING:
    from sqlmodel import Session

_Role = Annotated[Role, typer.Option("--role", help="agent 客服、trainer 培训师、lead 主管/质检、admin 管理员")]
_Shops = Annotated[list[str] | None, typer.Option("--shop", metavar="CODE", help="只看这些店铺，可写多次；不写即全部")]


def create_account(
    name: Annotated[str, typer.Argument(metavar="NAME", help="登录名")],
    role: _Role,
    shop: _Shops = None,
    ask_password: Annotated[
        bool, typer.Option("--password", help="现在输入密码（默认打印一个一次性登录链接）")
    ] = False,
) -> None:
    """新建账号。默认打印一个 24 小时内有效的一次性登录链接。"""
    from api.accounts import create_account as create
    from api.accounts import create_login_link
    from app.composition import open_parts, present
    from app.database import transaction
    from app.settings import Settings

    settings = Settings()
    password = _ask_password() if ask_password else None
    with open_parts(settings) as parts, transaction(parts.engine) as session:
        account = create(session, name, role, shop or (), present(), password)
        link = None if password else create_login_link(session, account, present())
        missing = _missing_shops(session, shop or ())
    _warn_of(missing)
    print(f"已新建账号 {name}({role.term}）。", file=sys.stderr)
    if link is not None:
        print(f"{settings.public_url}/login/link/{link}")


def create_token(
    role: Annotated[Role | None, typer.Option("--role", help="服务令牌的角色：agent、trainer、lead、admin")] = None,
    account: Annotated[str | None, typer.Option("--account", metavar="NAME", help="代表这个账号")] = None,
    name: Annotated[str, typer.Option("--name", metavar="LABEL", help="令牌的用途，便于以后辨认")] = "",
    shop: _Shops = None,
) -> None:
    """新建 API 令牌，只打印令牌本身；它只显示这一次。"""
    from api.accounts import get_account
    from api.tokens import create_token as create
    from app.composition import open_parts, present
    from app.database import transaction
    from app.settings import Settings

    with open_parts(Settings()) as parts, transaction(parts.engine) as session:
        found = get_account(session, account) if account is not None else None
        secret = create(session, name, present(), role=role, account=found, shops=shop or ())
        missing = _missing_shops(session, shop or ())
    _warn_of(missing)
    print(secret)


def _missing_shops(session: "Session", shops: Sequence[str]) -> list[str]:
    from kb.cards.tables import Shop

    return [code for code in shops if session.get(Shop, code) is None]


def _warn_of(missing: Sequence[str]) -> None:
    # No error: the account may come before the first import names its shop.
    for code in missing:
        print(f"注意：还没有编号为“{code}”的店铺，请检查是否写错；有了这家店铺后才看得到它的内容。", file=sys.stderr)


def _ask_password() -> str:
    # Typed text never shows; a script may pipe it in.
    if sys.stdin.isatty():
        password: str = typer.prompt("密码", hide_input=True, confirmation_prompt="再输入一次")
        return password
    return sys.stdin.readline().rstrip("\n")

"""`remove-samples`."""

from typing import Annotated

import typer


def remove_samples(yes: Annotated[bool, typer.Option("--yes", help="不询问，直接移除")] = False) -> None:
    """移除全部示例数据：示例知识卡、店铺、商品、客服和演示账号。改过的示例卡会保留。"""
    from app.composition import open_parts, present
    from app.database import transaction
    from app.samples.removing import remove_samples as remove
    from app.settings import Settings

    with open_parts(Settings()) as parts:
        if not yes:
            typer.confirm(
                "示例知识卡、店铺、商品、客服和演示账号将被移除，不能撤回（加 --yes 则不再询问）。确定吗？", abort=True
            )
        with transaction(parts.engine) as session:
            gone = remove(session, present())
    print(
        f"已移除示例：知识卡 {gone.cards} 张（另有 {gone.kept_cards} 张被改过，已保留）、"
        f"账号 {gone.accounts} 个、店铺 {gone.shops} 个、商品 {gone.products} 个。"
    )
    print("还没有自己的账号？请运行 huashu create-account NAME --role admin。")

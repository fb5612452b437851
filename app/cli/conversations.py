"""`import-conversations` and `erase-customer`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.progress import progress
from kb.vocabulary import Platform

if TYPE_CHECKING:
    from coaching.conversations.importing import ConversationReport

ACTOR = "cli"
"""Who imports from the command line."""
_SHOWN = 200

_GivenPlatform = Annotated[Platform | None, typer.Option("--platform", help="文件里没有平台时，统一指定")]
_GivenShop = Annotated[str | None, typer.Option("--shop", metavar="CODE", help="文件里没有店铺时，统一指定")]


def import_conversations(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="会话文件：.jsonl .csv .xlsx")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查并报告，不写入")] = False,
    platform: _GivenPlatform = None,
    shop: _GivenShop = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="字段=列名", help="表格里叫法不同的列，例如 内容=聊天记录；会记住，可写多次"),
    ] = None,
) -> None:
    """导入会话，个人信息先隐去。好的行全部写入，坏的行逐条说明原因；有行被拒绝时退出码为 1。"""
    from app.composition import open_parts
    from app.conversation_import import ConversationOrder
    from app.errors import WrongInputError
    from app.settings import Settings
    from coaching.conversations.files import ConversationFile
    from coaching.conversations.headings import checked_mapping

    for path in files:
        if not path.is_file():
            reason = "是一个文件夹" if path.is_dir() else "没有这个文件"
            raise WrongInputError(f"{path}：{reason}，请检查路径；没有导入任何内容。")
    for one in column or ():
        if not all(part.strip() for part in one.partition("=")):
            raise WrongInputError(f"--column {one}：请写成 字段=列名，例如 内容=聊天记录。")
    settings = Settings()
    given = {name: str(value) for name, value in (("platform", platform), ("shop", shop)) if value}
    pairs = (one.split("=", 1) for one in column or ())
    order = ConversationOrder(
        files=[ConversationFile(path, path.name) for path in files],
        actor_id=ACTOR,
        zone=settings.zone,
        given=given,
        mapping=checked_mapping({name.strip(): heading.strip() for name, heading in pairs}),
    )
    with open_parts(settings) as parts, progress() as stages:
        importer = parts.conversation_importer
        report = importer.dry_run(order, stages) if dry_run else importer.run(order, stages)
    _show(report, dry_run)
    if report.refused_rows:
        raise typer.Exit(1)


def erase_customer(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="顾客的昵称或号码，和导入的文件里一样")],
    shop: Annotated[str | None, typer.Option("--shop", metavar="CODE", help="只删这家店铺的")] = None,
    platform: Annotated[Platform | None, typer.Option("--platform", help="只删这个平台的")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="不询问，直接删除")] = False,
) -> None:
    """删除一位顾客的全部会话，不能撤回；以前的备份里仍然有。"""
    from app.composition import open_parts
    from app.database import transaction
    from app.settings import Settings
    from coaching.cases.forgetting import forget_customer as erase

    with open_parts(Settings()) as parts:
        if not yes:
            typer.confirm(f"“{customer}”的全部会话将被删除，不能撤回（加 --yes 则不再询问）。确定吗？", abort=True)
        with transaction(parts.engine) as session:
            gone = erase(session, customer, shop=shop, platform=platform)
    print(f"已删除 {gone.conversations} 段会话，{gone.messages} 条消息。")


def _show(report: "ConversationReport", dry_run: bool) -> None:
    for refusal in report.refused[:_SHOWN]:
        print(f"{refusal.file}:{refusal.row} {refusal.column} {refusal.reason}", file=sys.stderr)
    for note in report.notes[:_SHOWN]:
        print(f"注意：{note}", file=sys.stderr)
    for term, codes in (
        ("店铺", report.created_shops),
        ("客服", report.created_agents),
        ("商品", report.created_products),
    ):
        if codes:
            more = f" 等 {len(codes)} 个" if len(codes) > _SHOWN else ""
            print(f"新的{term}编号（写错了请改正后重新导入）：{'、'.join(codes[:_SHOWN])}{more}", file=sys.stderr)
    told = "检查完毕（没有写入）" if dry_run else "导入完毕"
    print(
        f"{told}：会话新增 {report.created} 段，更新 {report.updated} 段，未变 {report.unchanged} 段；"
        f"消息新增 {report.messages} 条；拒绝 {report.refused_rows} 行。"
    )

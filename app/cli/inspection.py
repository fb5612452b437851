"""`inspect`."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.progress import progress

if TYPE_CHECKING:
    from app.inspection import InspectionReport


def inspect(
    since: Annotated[
        datetime | None,
        typer.Option("--since", metavar="DATE", formats=["%Y-%m-%d"], help="只看这一天起的会话，例如 2026-11-01"),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="已质检过的也重新质检（改了知识卡或质检规则以后）")] = False,
) -> None:
    """质检新导入和有变化的会话；中断后再运行会接着做。人工已判定的命中保持不变。"""
    from api.services import inspection_memory
    from app.composition import open_parts
    from app.settings import Settings
    from coaching.inspection.pending import Wanted

    settings = Settings()
    wanted = Wanted(since.replace(tzinfo=settings.zone) if since else None, again)
    with open_parts(settings) as parts, progress() as stages:
        catalogue = parts.catalogue(stages)
        report = parts.stored_inspector(catalogue, inspection_memory(catalogue)).run(wanted, stages)
    _show(report)
    if report.faulty:
        raise typer.Exit(1)


def _show(report: "InspectionReport") -> None:
    stored = report.stored
    print(
        f"质检完毕：会话 {stored.conversations} 段；新命中 {stored.new} 处（其中 {stored.followed} 处替换旧版），"
        f"更新 {stored.updated} 处，不再命中 {stored.gone} 处。"
    )
    for sentence in report.switched_off:
        print(sentence)
    if stored.outdated:
        print(f"有 {stored.outdated} 段会话在质检时又有变化，请再运行一次。")
    if report.faulty:
        print(f"有 {report.faulty} 段会话无法质检，原因见日志。")

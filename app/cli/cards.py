"""`import-cards` and `export-cards`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.failures import writing
from app.cli.progress import progress

if TYPE_CHECKING:
    from kb.cards.importing import ImportReport

ACTOR = "cli"
"""Who changes cards from the command line."""


def import_cards(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="知识卡文件：.yaml .jsonl .csv .xlsx")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查并报告，不写入")] = False,
    publish: Annotated[bool, typer.Option("--publish", help="导入后立即发布，马上可以推荐")] = False,
) -> None:
    """导入知识卡。好的行全部写入，坏的行逐条说明原因；有行被拒绝时退出码为 1。"""
    from app.card_import import CardFile, ImportOrder
    from app.composition import open_parts
    from app.errors import WrongInputError
    from app.settings import Settings

    for path in files:
        if not path.is_file():
            reason = "是一个文件夹" if path.is_dir() else "没有这个文件"
            raise WrongInputError(f"{path}：{reason}，请检查路径；没有导入任何内容。")
    settings = Settings()
    order = ImportOrder([CardFile(path, path.name) for path in files], ACTOR, settings.zone, publish)
    with open_parts(settings) as parts, progress() as stages:
        report = parts.importer.dry_run(order, stages) if dry_run else parts.importer.run(order, stages)
    _show(report, dry_run)
    if report.refused:
        raise typer.Exit(1)


def export_cards(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="写到这个文件：.yaml .jsonl .csv .xlsx")],
) -> None:
    """导出全部知识卡的最新内容（已下架的除外）；原样再导入不会改变任何内容。"""
    from sqlmodel import Session

    from app.card_export import exported_entries
    from app.composition import open_parts
    from app.settings import Settings
    from kb.card_files import write_card_file

    with open_parts(Settings()) as parts, Session(parts.engine) as session, progress() as stages:
        advance = stages("导出", None)
        with writing(file):
            count = write_card_file(exported_entries(session, advance), file)
    print(f"已导出 {count} 张知识卡到 {file}。")


def _show(report: "ImportReport", dry_run: bool) -> None:
    for refusal in report.refused:
        print(f"{refusal.file}:{refusal.row} {refusal.column} {refusal.reason}", file=sys.stderr)
    for term, codes in (("店铺", report.created_shops), ("商品", report.created_products)):
        if codes:
            print(f"新的{term}编号（写错了请改正后重新导入）：{'、'.join(codes)}", file=sys.stderr)
    told = "检查完毕（没有写入）" if dry_run else "导入完毕"
    reasons = f"（原因 {len(report.refused)} 条，见上）" if report.refused else ""
    print(
        f"{told}：新增 {report.created} 行，更新 {report.updated} 行，未变 {report.unchanged} 行，"
        f"拒绝 {report.refused_rows} 行{reasons}。"
    )

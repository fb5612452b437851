"""`suggest` and `evaluate`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.progress import progress
from kb.vocabulary import Phase, Platform

if TYPE_CHECKING:
    from app.composition import Parts
    from kb.evaluating import Evaluation
    from kb.search.catalogue import Catalogue
    from kb.suggestion.suggesting import Suggested


def suggest(
    texts: Annotated[list[str], typer.Argument(metavar="TEXT…", help="顾客的话；几段即连发的几条消息")],
    shop: Annotated[str | None, typer.Option("--shop", metavar="CODE", help="店铺编号")] = None,
    platform: Annotated[Platform | None, typer.Option("--platform", help="平台")] = None,
    phase: Annotated[Phase | None, typer.Option("--phase", help="阶段")] = None,
    product: Annotated[str | None, typer.Option("--product", metavar="CODE", help="商品编号")] = None,
    top_k: Annotated[int, typer.Option("--top", min=1, max=50, help="每个问题最多几张卡")] = 3,
) -> None:
    """为顾客的话推荐回复，打印最合适的知识卡。"""
    from sqlmodel import Session

    from api.identity import Identity, Role
    from api.looking_up import Place, asked_in
    from app.composition import open_parts, present
    from app.errors import WrongInputError
    from app.settings import Settings
    from kb.suggestion.questions import Said
    from kb.suggestion.suggesting import suggest as find

    if not any(text.strip() for text in texts):
        raise WrongInputError("请写上顾客的话，例如：huashu suggest 多久发货")
    somebody_here = Identity("cli", Role.ADMIN, None, "")
    said = [Said("customer", text) for text in texts]
    with open_parts(Settings()) as parts:
        catalogue = _loaded(parts)
        with Session(parts.engine) as session:
            place = Place(shop, platform, product, phase)
            _show(find(session, catalogue, asked_in(session, somebody_here, said, place, present(), top_k=top_k)))


def evaluate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help='测试题 JSONL，一行一题：{"text": …, "card": …}')],
    as_json: Annotated[bool, typer.Option("--json", help="打印 JSON")] = False,
) -> None:
    """用一套测试题衡量推荐：首位正确率、召回率、MRR、放弃回答是否得当。"""
    from sqlmodel import Session

    from app.composition import open_parts, present
    from app.golden_file import read_golden
    from app.settings import Settings
    from kb.evaluating import evaluate as figures
    from kb.evaluating import judge

    golden = read_golden(file)
    with open_parts(Settings()) as parts:
        catalogue = _loaded(parts)
        with Session(parts.engine) as session, progress() as stages:
            advance = stages("提问", len(golden))
            judged = []
            for one in golden:
                judged += judge(session, catalogue, [one], present())
                advance(1)
    found = figures(judged)
    print(json.dumps(asdict(found), ensure_ascii=False) if as_json else _table(found))


def _loaded(parts: "Parts") -> "Catalogue":
    with progress() as stages:
        return parts.catalogue(stages)


def _show(found: "Suggested") -> None:
    if found.abstained:
        print("没有把握的答案" + ("，下面是最接近的：" if found.cards else "。"))
    for card in found.cards:
        print(
            f"\n[{card.score_01:.2f}] {card.entry.standard_question}"
            f"（{card.entry.external_id or card.entry.card_id} v{card.entry.version}，因为像：{card.matched_question}）"
        )
        for reply in card.replies:
            tone = f"[{reply.tone}] " if reply.tone else ""
            print(f"    {tone}{reply.text}")
        for warning in card.warnings:
            print(f"    ! {warning.message}")


def _table(found: "Evaluation") -> str:
    rows = [
        ("题数 questions", f"{found.questions}（可答 {found.answerable}）"),
        ("首位正确 top1", f"{found.top1:.3f}"),
        ("前三召回 recall@3", f"{found.recall_at_3:.3f}"),
        ("前五召回 recall@5", f"{found.recall_at_5:.3f}"),
        ("MRR@10", f"{found.mrr_at_10:.3f}"),
        ("该放弃时放弃 abstention", f"{found.abstention:.3f}"),
        ("不该放弃却放弃 false abstention", f"{found.false_abstention:.3f}"),
        ("把握 ≥0.8 时正确 precision", f"{found.confident_precision:.3f}（{found.confident} 次）"),
    ]
    return "\n".join(f"{name}: {value}" for name, value in rows)
